#!/usr/bin/env bash
# One client at the platforms of two cities: a configuration and a folder each, money
# that never mixes; and an element that was made for one of them only.
#
# usage: platforms.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"

# at CITY COMMAND...
at() {
	YKT_STATE=$state timeout 60 "$bin/ykt" --lang en --platform="$1" "${@:2}" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
done_at() { at "$@" || die '' "'ykt --platform=$*': $?"; }
# books PORT U: the wallets of that city, and that its ledger verifies.
books() {
	local ledger
	ledger=$(admin "$1")
	verifies "$ledger"
	[ "$(total "$ledger" U)" = "$2" ] && [ "$(total "$ledger" PSP)" = "-$2" ] || die '' "the books at $1: $ledger"
}
# configuration NAME CITY PHONES TSM SE
configuration() {
	jq --arg p "$(url "$3")" --arg t "$(url "$4")" --arg c "$2" --arg n "$1" --arg se "$5" \
		'.platform = $p | .tsm = $t | .se = $se | .state = "folder-" + $n
		| .platform_key = "keys/platform-" + $c + "-seal.sm2.pub" | .pin_key = "keys/pin-" + $c + ".sm2.pub" | .sms_sink = "sms-" + $c + ".txt"' \
		"$state/client.json" >"$state/$1.json"
}

city_base
city_files
city_start 9901 9902 >/dev/null
configuration city-a 9901 21 42 ''
configuration city-b 9902 31 52 ''
configuration card-a 9901 21 42 socket:one.sock
configuration card-b 9902 31 52 socket:one.sock
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"

# Without an element: the same person at both, a session and a wallet at each.
for city in a b; do
	done_at city-$city register --profile seless
	done_at city-$city login
done
done_at city-a wallet topup --yes 50.00
done_at city-b wallet topup --yes 20.00
books 22 5000
books 32 2000
done_at city-a wallet
grep -q '50.00' "$state/last.out" || die '' 'city A does not show 50.00'
done_at city-b logout # of one is not of the other
done_at city-a wallet topup --yes 10.00
books 22 6000
books 32 2000
! at city-b wallet || die '' 'a session that was ended still shows a wallet'

"$bin/ykt-se" format "$state/one.img" --root "$state/keys/roots-9901.json" --platform-key "$state/keys/platform-9901-seal.sm2.pub" \
	--authority-key "$state/keys/user-ca-9901.sm2.pub" >"$state/last.out" 2>&1 || die '' 'no element'
start one ykt-se run "$state/one.img" --socket "$state/one.sock" >/dev/null

# With one: the element that enciphers for city A says so, and is sent nowhere else.
sed -i 's/^phone=.*/phone=13800000002/' "$state/answers"
done_at card-a register
done_at card-a login
! at card-b register || die '' 'an element of city A registers at city B'
grep -q 'made for another payment platform' "$state/last.out" || die '' 'city B does not say whose the element is'
[ "$(grep -c 13800000002 "$state/sms-9902.txt")" -eq 0 ] || die '' 'city B heard of it'
done_at card-a wallet
echo "platforms: ok"
