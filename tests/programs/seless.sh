#!/usr/bin/env bash
# The SE-less client against a whole city: register, log in, set a payment PIN, pay
# into the wallet, pay a merchant's bill, get it back; books and wallet agree to
# the fen after each step. No program with an element takes part.
#
# usage: seless.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"

words=()
ykt() {
	timeout 60 "$bin/ykt-seless" --lang en "${words[@]}" "$@" --config "$state/seless.json" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
refused() {
	local want=$1 code=0
	shift
	ykt "$@" || code=$?
	[ "$code" -eq "$want" ] || die '' "'ykt $*': $code, not $want"
}
merchant() {
	curl -sS --max-time 10 --cacert "$state/keys/ca.pem" --cert "$state/keys/merchant-0001.pem" \
		--key "$state/keys/merchant-0001.key" -H 'Content-Type: application/json' -d "$2" \
		"$(url 22)/merchant/$1"
}
# books U M PSP: what the ledger says, and that it verifies.
books() {
	local ledger
	ledger=$(admin 22)
	verifies "$ledger"
	[ "$(total "$ledger" U)" = "$1" ] && [ "$(total "$ledger" M:merchant-0001)" = "$2" ] &&
		[ "$(total "$ledger" PSP)" = "$3" ] || die '' "the books: $ledger"
	done_by wallet
	grep -q "$(printf '%d.%02d' $(($1 / 100)) $(($1 % 100)))" "$state/last.out" || die '' "the wallet does not show $1"
}

city_base
city_files
start payd ykt-payd "$state/payd.json" >/dev/null
start keyd-9901 ykt-keyd "$state/keyd-9901.json" >/dev/null
start tsmd-9901 ykt-tsmd "$state/tsmd-9901.json" >/dev/null
jq --argjson p "$(port 53)" '.frame_port = $p' "$state/platformd-9901.json" >"$state/framed.json"
mv "$state/framed.json" "$state/platformd-9901.json"
start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null
jq '.state = "seless" | .se = ""' "$state/client.json" >"$state/seless.json"
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y \
	new_pin=604719 new_pin2=604719 pin=604719 old_pin=604719 >"$state/answers"

refused 2 register # of a new folder: SE, and this program has none
done_by register --profile seless
done_by login
refused 1 topup 50.00
refused 1 pay 00000000000000000000000000000000
done_by pin
done_by wallet topup --yes 50.00
books 5000 0 -5000
bill=$(merchant bill '{"ref":"r1","payee":"Noodles Zhang","goods":"beef noodles","amount_fen":1234,"life_ms":600000}' | jq -r .bill_id)
sed -i 's/^pin=.*/pin=604711/' "$state/answers"
refused 1 pay "$bill"
books 5000 0 -5000
sed -i 's/^pin=.*/pin=604719/' "$state/answers"
done_by pay "$bill"
grep -q '12.34' "$state/last.out" && grep -q 'Noodles Zhang' "$state/last.out" || die '' 'the result does not say what was paid'
done_by pay "$bill" # shown as paid, not paid again
books 3766 1234 -5000
done_by records
grep -q 'payment' "$state/last.out" || die '' 'the payment is not among the records'
merchant refund "{\"bill_id\":\"$bill\"}" >/dev/null
merchant refund "{\"bill_id\":\"$bill\"}" >/dev/null
books 5000 0 -5000
refused 1 login --profile se # the folder stays of its kind
# The same session and the same functions over the second transport.
jq --arg u "ykts://127.0.0.1:$(port 53)" '.platform = $u' "$state/seless.json" >"$state/framed.json"
cp "$state/framed.json" "$state/seless.json"
books 5000 0 -5000
# A ride code: opened online, read by the tools and by a gate of the city.
done_by code open
done_by code show --raw "$state/code.bin" --png "$state/code.png" --svg "$state/code.svg"
[ -s "$state/code.png" ] && [ -s "$state/code.svg" ] || die '' 'no drawing of the code'
"$bin/ykt" code verify --roots "$state/keys/code.roots" "$state/code.bin" >"$state/last.out" ||
	die '' 'the code does not verify'
head -c 300 "$state/code.bin" >"$state/cut.bin"
! "$bin/ykt" code verify --roots "$state/keys/code.roots" "$state/cut.bin" >/dev/null 2>&1 ||
	die '' 'a cut code verifies'
"$bin/ykt-validator" psam "$state/gate-1.json" >"$state/last.out" 2>&1 || die '' 'no PSAM for the gate'
(cd "$state" && "$bin/ykt-validator" scan gate-1.json code.bin) >"$state/last.out" 2>&1 || die '' 'the gate refuses the code'
! (cd "$state" && "$bin/ykt-validator" scan gate-1.json code.bin) >"$state/last.out" 2>&1 ||
	die '' 'the gate takes the same code twice'
# The ride reaches the platform once, and the wallet pays the base fare of a metro entry.
for _ in 1 2; do
	(cd "$state" && "$bin/ykt-validator" upload gate-1.json) >"$state/last.out" 2>&1 ||
		die '' 'the ride is not uploaded'
	grep -q 'waiting: 0' "$state/last.out" || die '' 'the ride still waits at the gate'
done
books 4700 0 -5000
done_by wallet topup --yes 10.00
books 5700 0 -6000
[ "$(total "$(admin 22)" M:9901)" = 300 ] || die '' 'the ride is not owed to the gates'
done_by records
grep -q '3.00' "$state/last.out" || die '' 'the ride is not among the records'
sed -i 's/^password=.*/password=three tops/' "$state/answers"
refused 1 code show
sed -i 's/^password=.*/password=three taps/' "$state/answers"
done_by logout
refused 8 wallet
done_by code show # without a session

# The password, forgotten; the PIN reset; an account that is not empty stays.
printf '%s\n' 'new_password=four taps' 'new_password2=four taps' >>"$state/answers"
done_by reset
refused 1 login
sed -i 's/^password=.*/password=four taps/' "$state/answers"
done_by login
sed -i 's/^new_pin=.*/new_pin=739150/; s/^new_pin2=.*/new_pin2=739150/' "$state/answers"
done_by pin reset
refused 1 deregister
grep -q 'wallet' "$state/last.out" || die '' 'the refusal does not say why'
done_by logout
stop_services
echo 'seless: ok'
