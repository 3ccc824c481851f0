#!/usr/bin/env bash
# A bank account against a city of real programs, with an element that seals its number:
# bound, listed, paid from, unbound while the bank is away; and the number is nowhere.
#
# usage: bind.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
number=6200000000000011114

sink=sms-9901.txt
ykt() {
	timeout 60 "$bin/ykt" --lang en "$@" --config "$state/client.json" --quiet \
		--answers "$state/answers" --sms-sink "$state/$sink" >"$state/last.out" 2>&1
}
ends() {
	local want=$1 code=0
	shift
	ykt "$@" || code=$?
	[ "$code" -eq "$want" ] || die '' "'ykt $*': $code, not $want"
}
shows() { grep -qF -- "$1" "$state/last.out" || die '' "the result does not say: $1"; }
answer() { sed -i "s/^$1=.*/$1=$2/" "$state/answers"; }
# books U PSP: what the ledger says, and that it verifies.
books() {
	local ledger
	ledger=$(admin 22)
	verifies "$ledger"
	[ "$(total "$ledger" U)" = "$1" ] && [ "$(total "$ledger" PSP)" = "$2" ] || die '' "the books: $ledger"
}

city_base
city_files
city_start 9901 >/dev/null
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y \
	new_pin=604719 new_pin2=604719 pin=604719 old_pin=604719 \
	"bank_number=$number" 'holder=测试用户' bank_phone=13800000001 >"$state/answers"
done_by register
done_by login
done_by pin

sink=sms-bank.txt
answer bank_number 6200000000000011115
ends 1 bind # its check digit
answer bank_number 6200000000000033332
ends 1 bind
shows 'The bank knows no such account of this holder'
answer bank_number 6200000000000022228
ends 6 bind
shows 'The bank has blocked the account.'
answer bank_number "$number"
done_by bind
shows 'The account is bound.'
shows 1114
ends 1 bind
shows 'The account is bound already.'
done_by accounts
shows '测试银行 Test Bank 1114'

done_by wallet topup --yes --from 1114 300.00
books 30000 -30000
done_by wallet topup --yes --from default 200.00
books 50000 -50000
# What the account does not hold, what is not bound, and a wrong PIN move nothing.
ends 1 wallet topup --yes --from 1114 100.01
shows 'The account holds less than that.'
ends 1 wallet topup --yes --from 9999 1.00
shows 'No such account is bound.'
answer pin 604711
ends 1 wallet topup --yes --from 1114 1.00
answer pin 604719
books 50000 -50000

# The bank is away: over for the user at once, and told when it is back.
answer password 'three tops'
ends 1 unbind 1114
answer password 'three taps'
kill -TERM "$(cat "$state/run/payd.pid")"
tail --pid="$(cat "$state/run/payd.pid")" -f /dev/null
ends 9 unbind 1114
shows 'The account is unbound here.'
ends 1 wallet topup --yes --from 1114 1.00
start payd ykt-payd "$state/payd.json" >/dev/null
for _ in $(seq 100); do
	done_by accounts
	grep -q 'No such account is bound' "$state/last.out" && break
	sleep 0.2
done
shows 'No such account is bound.'
books 50000 -50000
stop_services

# Nowhere but where the stand-in has its accounts from, and what was typed.
rm "$state/accounts.json" "$state/answers"
! grep -rlaF "$number" "$state" || die '' 'the number is left in a file'
echo 'bind: ok'
