#!/usr/bin/env bash
# kill -9 to ykt-platformd in the middle of a top-up, at points that are chosen and
# at points that the clock chooses; started again, 'ykt recover' ends each with
# the money right: on the card, in the books, and at the pay channel alike (I-8).
#
# usage: kill_platformd.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
fee=2000
first=2000
amount=5000 # fen
last_words() { tail -n 5 "$state"/log/*.log "$state"/*.out; }

ykt() { timeout 30 "$bin/ykt" --lang en "$1" --config "$state/client.json" --quiet "${@:2}"; }
pid_of() { cat "$state/run/$1.pid"; }

platform_kill() {
	local pid kept=() other
	pid=$(pid_of platformd-9901)
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	for other in "${started[@]}"; do [ "$other" = "$pid" ] || kept+=("$other"); done
	started=("${kept[@]}")
}
platform_start() { start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null; }

# What a service's database says, read from a copy: the service holds the file itself.
look() {
	rm -f "$state"/look.db*
	cp "$state/$1" "$state/look.db"
	[ ! -f "$state/$1-wal" ] || cp "$state/$1-wal" "$state/look.db-wal"
	sqlite3 "$state/look.db" "$2"
}
orders_in() {
	curl -sS --max-time 5 --cacert "$state/keys/ca.pem" --cert "$state/keys/operator.pem" \
		--key "$state/keys/operator.key" -H 'Content-Type: application/json' \
		-d "{\"state\":\"$1\",\"limit\":50}" "$(url 22)/admin/orders" |
		jq '.orders | length'
}
on_card() { "$bin/ykt" --lang en card --json "socket:$state/se.sock" | jq -r .balance; }

# settled NAME: the three that must agree do: card, books, channel.
settled() {
	local ledger
	ledger=$(admin 22)
	jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' <<<"$ledger" >/dev/null ||
		die '' "$1: the ledger does not verify"
	captured=$(look payd.db "SELECT COALESCE(SUM(amount - refunded), 0) FROM pay WHERE state <> 'waiting'")
	card=$(on_card)
	[ "$(total "$ledger" IF)" = 0 ] && [ "$(total "$ledger" PSP)" = "-$captured" ] &&
		[ "$(total "$ledger" SH)" = "$card" ] && [ "$captured" = $((card + fee)) ]
}

# recovered NAME BEFORE: the rider starts the client again until nothing is left.
recovered() {
	local before=$2
	for _ in $(seq 20); do
		ykt recover >"$state/recover.out" 2>&1 || true
		settled "$1" && break
		sleep 0.3
	done
	settled "$1" || die '' "$1: card $card, paid $captured, books $(admin 22)"
	# All of the top-up or nothing of it.
	[ "$card" = "$before" ] || [ "$card" = $((before + amount)) ] || die '' "$1: $before became $card"
	echo "  $1: $before fen on the card before, $card after"
}

# A top-up in the background; its own end does not matter.
topup_begin() {
	ykt topup --yes $((amount / 100)).00 >"$state/topup.out" 2>&1 &
	topup=$!
}
topup_end() { wait "$topup" || true; }

city_base
city_files
city_start 9901
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y >"$state/answers"
ykt register --answers "$state/answers" >"$state/register.out" 2>&1 || die '' 'register'
ykt login --answers "$state/answers" >"$state/login.out" 2>&1 || die '' 'login'
ykt open --city 9901 --load $((first / 100)).00 --yes >"$state/open.out" 2>&1 || die '' 'open'
began=$(date +%s%N)
ykt topup --yes $((amount / 100)).00 >"$state/topup.out" 2>&1 || die '' 'top-up'
took=$((($(date +%s%N) - began) / 1000))
settled 'before any kill' || die '' 'not settled before any kill'
[ "$card" = $((first + amount)) ] || die '' "$card fen on the card before any kill"

# Chosen: the part behind it hangs, so the order stands where it is.
hang() {
	local part=$1 order_state=$2 name=$3 before seen=0
	before=$(on_card)
	seen=$(orders_in "$order_state")
	kill -STOP "$(pid_of "$part")"
	topup_begin
	for _ in $(seq 100); do
		[ "$(orders_in "$order_state")" -gt "$seen" ] && break
		sleep 0.05
	done
	[ "$(orders_in "$order_state")" -gt "$seen" ] || die '' "$name: the order never became $order_state"
	platform_kill
	kill -CONT "$(pid_of "$part")"
	topup_end
	platform_start
	recovered "$name" "$before"
}
hang keyd-9901 loading 'while the key module makes the permit'
[ "$card" = $((first + 2 * amount)) ] || die '' 'paid and recovered, but not on the card'
hang payd created 'while the channel makes the prepay'

# By the clock: started again while the client still tries, or after it gave up.
for eighth in 2 3 4 5 6; do
	before=$(on_card)
	topup_begin
	point=$((took * eighth / 8))
	sleep "$(printf '%d.%06d' $((point / 1000000)) $((point % 1000000)))"
	platform_kill
	[ "$eighth" -ne 4 ] || topup_end
	platform_start
	[ "$eighth" -eq 4 ] || topup_end
	recovered "after $eighth/8 of its time" "$before"
done

ykt topup --yes $((amount / 100)).00 >"$state/topup.out" 2>&1 || die '' 'no top-up after all that'
settled 'at the end' || die '' 'not settled at the end'
ykt logout >/dev/null 2>&1 || die '' 'no log-out'
stop_services
echo 'kill_platformd: ok'
