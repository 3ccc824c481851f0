#!/usr/bin/env bash
# A phone with an element against a whole city: the element's certificate at login, and
# what happens when it is barred; ride codes that the element signs, at a gate.
#
# usage: se_ident.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"

ykt() {
	timeout 60 "$bin/ykt" --lang en "$@" --config "$state/client.json" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
# refused CODE WORDS COMMAND...
refused() {
	local want=$1 words=$2 code=0
	shift 2
	ykt "$@" || code=$?
	[ "$code" -eq "$want" ] || die '' "'ykt $*': $code, not $want"
	grep -q -- "$words" "$state/last.out" || die '' "'ykt $*' does not say '$words'"
}
bar() {
	curl -sS --fail-with-body --max-time 10 --cacert "$state/keys/ca.pem" --cert "$state/keys/operator.pem" \
		--key "$state/keys/operator.key" -H 'Content-Type: application/json' \
		-d "{\"phone\":\"13800000001\",\"barred\":$1}" "$(url 22)/admin/cert" >/dev/null ||
		die '' "the operator cannot say barred: $1"
}
codes_sent() { wc -l <"$state/sms-9901.txt"; }

city_base
city_files
city_start 9901 >/dev/null
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"

# Registration brings the certificate; from then on a login needs no code.
done_by register
done_by login
done_by login
[ "$(codes_sent)" -eq 1 ] || die '' 'a login asked for a code although the element has its certificate'

# Ride codes: opened online, signed in the element, taken once by a gate and paid once.
done_by wallet topup --yes 50.00
done_by code open
done_by logout
done_by code show --raw "$state/code.bin" # no session, no network
"$bin/ykt" code verify --roots "$state/keys/code.roots" "$state/code.bin" >"$state/last.out" || die '' 'the code does not verify'
"$bin/ykt-validator" psam "$state/gate-1.json" >"$state/last.out" 2>&1 || die '' 'no PSAM for the gate'
(cd "$state" && "$bin/ykt-validator" scan gate-1.json code.bin) >"$state/last.out" 2>&1 || die '' 'the gate refuses the code'
! (cd "$state" && "$bin/ykt-validator" scan gate-1.json code.bin) >"$state/last.out" 2>&1 || die '' 'the gate takes the same code twice'
(cd "$state" && "$bin/ykt-validator" upload gate-1.json) >"$state/last.out" 2>&1 || die '' 'the ride is not uploaded'
ledger=$(admin 22)
jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' <<<"$ledger" >/dev/null || die '' 'the ledger does not verify'
[ "$(total "$ledger" U)" = 4700 ] && [ "$(total "$ledger" M:9901)" = 300 ] || die '' "the books: $ledger"

# A lost phone: barred, and no code helps; let go, and a code does.
done_by login
bar true
refused 8 'not logged in' wallet
refused 1 'was withdrawn' login
refused 8 'not logged in' wallet
bar false
done_by login
done_by wallet
grep -q '47.00' "$state/last.out" || die '' 'the wallet does not show 47.00'
# With a client that has no element nobody gets in.
jq '.state = "other" | .se = ""' "$state/client.json" >"$state/other.json"
cp "$state/other.json" "$state/client.json"
refused 1 'used with a secure element' login --profile seless
echo "se_ident: ok"
