#!/usr/bin/env bash
# An element that left its factory for one platform: the TSM of that platform's city brings the
# identity application of a second one when it opens a card, and its user registers there,
# opens a card, and logs in without a code.
#
# usage: second_platform.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
last_words() { tail -n 20 "$state"/*.out "$state"/log/tsmd-*.log; }

# at CITY COMMAND...
at() {
	timeout 90 "$bin/ykt" --lang en "${@:2}" --config "$state/$1.json" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
done_at() { at "$@" || die '' "'ykt $*': $?"; }

city_base
city_files
jq '.idents = [{"city": "9902", "platform_key": "keys/platform-9902-seal.sm2.pub",
	"authority_key": "keys/user-ca-9902.sm2.pub"}]' "$state/tsmd-9901.json" >"$state/next.json"
mv "$state/next.json" "$state/tsmd-9901.json"
city_start 9901 >/dev/null
for program in keyd tsmd platformd; do
	start "$program-9902" "ykt-$program" "$state/$program-9902.json" >/dev/null
done
jq --arg p "$(url 31)" --arg t "$(url 52)" '.platform = $p | .tsm = $t | .state = "client-9902"
	| .platform_key = "keys/platform-9902-seal.sm2.pub" | .pin_key = "keys/pin-9902.sm2.pub"
	| .sms_sink = "sms-9902.txt"' "$state/client.json" >"$state/9902.json"
cp "$state/client.json" "$state/9901.json"
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"

# The element knows one platform.
! at 9902 register || die '' 'registered where the element has no key'
done_at 9901 register
done_at 9901 login
! at 9902 register || die '' 'registered where the element has no key'

# A card of the first brings the second's application, once.
done_at 9901 open --city 9901 --load 10.00 --yes
grep -q '"identity application"' "$state/log/tsmd-9901.log" || die '' 'no identity application was brought'
done_at 9902 register
done_at 9902 login
done_at 9902 login
[ "$(wc -l <"$state/sms-9902.txt")" -eq 1 ] || die '' 'a login at 9902 asked for a code'
done_at 9902 open --city 9902 --load 20.00 --yes

# The first one's is what it was.
done_at 9901 login
[ "$(wc -l <"$state/sms-9901.txt")" -eq 1 ] || die '' 'a login at 9901 asked for a code'
"$bin/ykt" --lang en apps --config "$state/9901.json" >"$state/last.out" 2>&1 || die '' 'no list of the element'
[ "$(grep -c '10.00\|20.00' "$state/last.out")" -eq 2 ] || die '' 'the element does not show both cards'
[ "$(grep -c '"identity application"' "$state/log/tsmd-9901.log")" -eq 1 ] || die '' 'brought twice'
echo "second_platform: ok"
