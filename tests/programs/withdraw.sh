#!/usr/bin/env bash
# Money out of a wallet into a bound account, against a city of real programs: refused where
# it must be; platform and account system killed at points that the clock chooses, and while
# the bank is away; in the end wallet, books and bank agree to the fen.
#
# usage: withdraw.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"

sink=sms-9901.txt
last_words() { tail -n 5 "$state"/log/*.log "$state"/*.out; }
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
# What a service's database says, read from a copy: the service holds the file itself.
look() {
	rm -f "$state"/look.db*
	cp "$state/$1" "$state/look.db"
	[ ! -f "$state/$1-wal" ] || cp "$state/$1-wal" "$state/look.db-wal"
	sqlite3 "$state/look.db" "$2"
}
stopped() {
	local pid
	pid=$(cat "$state/run/$1.pid")
	kill "-$2" "$pid"
	tail --pid="$pid" -f /dev/null
}
platform_start() { start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null; }
bank_start() { start payd ykt-payd "$state/payd.json" >/dev/null; }
given() { look payd.db "SELECT COALESCE(SUM(amount), 0) FROM payout WHERE state = 'done'"; }

# settled: nothing waits, and what left the wallet is what the bank has given.
settled() {
	local ledger wallet out
	ledger=$(admin 22) || return 1
	verifies "$ledger"
	wallet=$(total "$ledger" U)
	out=$(given)
	[ "$(total "$ledger" W)" = 0 ] && [ $((wallet + out)) = "$paid_in" ] &&
		[ "$(total "$ledger" PSP)" = $((out - paid_in)) ]
}
# agree OUT: all of it, and the client has nothing left to ask.
agree() {
	for _ in $(seq 100); do
		settled && break
		sleep 0.2
	done
	settled || die '' "wallet, books and bank: $(given), $(admin 22)"
	[ "$1" = any ] || [ "$(given)" = "$1" ] || die '' "$(given) fen were given, not $1"
	done_by recover
	shows 'Nothing is left unfinished.'
}

city_base
city_files
city_start 9901 >/dev/null
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y \
	new_pin=604719 new_pin2=604719 pin=604719 old_pin=604719 \
	bank_number=6200000000000011114 'holder=测试用户' bank_phone=13800000001 >"$state/answers"
done_by register
done_by login
ends 1 withdraw 10.00
shows 'No such account is bound.'
sink=sms-bank.txt
done_by bind
ends 1 withdraw 10.00
shows 'No payment PIN is set yet.'
sink=sms-9901.txt
done_by pin
paid_in=50000
done_by wallet topup --yes --from 1114 500.00

# What moves nothing.
ends 1 withdraw 500.01
shows 'The wallet holds less than that.'
ends 1 withdraw 0.99
shows 'From 1.00 to 5,000.00 yuan can be withdrawn at a time.'
ends 1 withdraw --to 9999 10.00
shows 'No such account is bound.'
answer pin 604711
ends 1 withdraw 10.00
shows 'The payment PIN is not right.'
answer pin 604719
answer ok n
ends 10 withdraw 10.00
answer ok y
agree 0

done_by withdraw --to 1114 123.45
shows 'The money is in your account.'
shows '测试银行 Test Bank 1114'
agree 12345
done_by orders
grep -q 'withdrawal.*paid out' "$state/last.out" || die '' 'the orders do not name it'

# The bank is away: it has left the wallet, is paid out later, and never twice.
stopped payd KILL
ends 9 withdraw 10.00
shows 'The money has left the wallet.'
ends 9 withdraw 10.00
stopped platformd-9901 KILL
platform_start
bank_start
agree 13345

# Killed when the clock says so; what was begun ends once, or never was.
for wait in 0.05 0.15 0.3 0.6; do
	for victim in platformd-9901 payd; do
		before=$(given)
		ykt withdraw 7.31 &
		out=$!
		sleep "$wait"
		stopped "$victim" KILL
		[ "$victim" = payd ] && bank_start || platform_start
		wait "$out" || true
		# A request that was lost for good can be told from a slow one after 20 minutes only.
		for _ in $(seq 100); do
			settled && break
			sleep 0.2
		done
		settled || die '' "$victim after $wait s: $(given), $(admin 22)"
		after=$(given)
		[ "$after" = "$before" ] || [ "$after" = $((before + 731)) ] ||
			die '' "$victim after $wait s: $before became $after"
		echo "  $victim after $wait s: $before fen given before, $after after"
	done
done
done_by wallet
stop_services
echo 'withdraw: ok'
