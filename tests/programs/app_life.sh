#!/usr/bin/env bash
# The life of a card's application against a whole city: opened, brought to a newer
# version, locked, unlocked, paused by its operator, deleted when it is empty; and at
# each step that the balance is what it was.
#
# usage: app_life.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
aid=A0000006320101059901

ykt() {
	timeout 60 "$bin/ykt" --lang en "$@" --config "$state/client.json" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
says() { grep -q -- "$1" "$state/last.out" || die '' "it does not say '$1'"; }
# refused CODE WORDS COMMAND...
refused() {
	local want=$1 words=$2 code=0
	shift 2
	ykt "$@" || code=$?
	[ "$code" -eq "$want" ] || die '' "'ykt $*': $code, not $want"
	says "$words"
}
# operate CODE PATH JSON: the operator at the TSM.
operate() {
	local code
	code=$(curl -sS --max-time 10 -o "$state/operate.out" -w '%{http_code}' --cacert "$state/keys/ca.pem" \
		--cert "$state/keys/operator.pem" --key "$state/keys/operator.key" \
		-H 'Content-Type: application/json' -d "$3" "$(url 41)/tsm/$2")
	[ "$code" = "$1" ] || die '' "$2 $3: $code, not $1"
}
version() { operate "$1" version.move "{\"aid\":\"$aid\",\"version\":$2,\"state\":\"$3\"}"; }
application() { operate 200 app.move "{\"aid\":\"$aid\",\"state\":\"$1\"}"; }
# card FIELD: what the card itself says, without any client.
card() { "$bin/ykt" card --json "socket:$state/se.sock" | jq -r "$1"; }
balance_is() {
	local has
	has=$(card .balance)
	[ "$has" = "$1" ] || die '' "the card has $has, not $1"
}
tap() { (cd "$state" && "$bin/ykt-validator" tap gate-1.json) >"$state/last.out" 2>&1; }

city_base
city_files
city_start 9901 >/dev/null
jq '.kind = "bus"' "$state/gate-1.json" >"$state/gate.json" && mv "$state/gate.json" "$state/gate-1.json"
"$bin/ykt-validator" psam "$state/gate-1.json" >"$state/last.out" 2>&1 || die '' 'no PSAM for the gate'
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"
done_by register
done_by login

# Not opened while its operator has paused it, and nothing is paid.
application paused
refused 1 'not offered now' open --city 9901 --load 10.00 --yes
application online
done_by open --city 9901 --load 10.00 --yes
balance_is 1000

# Version 1: what is not published is not there; then it is, once.
done_by apps update
says 'newest version'
operate 200 version.add "{\"aid\":\"$aid\",\"version\":1,\"end\":\"20401231\"}"
version 409 1 published
version 200 1 test
done_by apps update
[ "$(card .end_date)" = 20361231 ] || die '' "a version in test came to the card: $(card .end_date)"
version 200 1 published
done_by apps update
says 'newest version'
[ "$(card .end_date)" = 20401231 ] || die '' "the card's end is $(card .end_date)"
balance_is 1000
# Taken back it stays on the card: nothing goes back.
version 200 1 paused
done_by apps update
[ "$(card .end_date)" = 20401231 ] || die '' 'the card went back'

# Locked: no gate, no load; unlocked with the password.
done_by lock
refused 1 'is locked' topup --yes 10.00
! tap || die '' 'a gate opened for a locked card'
done_by unlock
balance_is 1000
tap || die '' 'no gate for a card that was unlocked'
balance_is 800

# With money on it it stays; empty it goes.
refused 1 'money on the card' delete --yes
for left in 600 400 200 0; do
	tap || die '' 'no gate'
	balance_is $left
done
done_by delete --yes
! card .balance >"$state/last.out" 2>&1 || die '' 'the card still answers'
(cd "$state" && "$bin/ykt-validator" upload gate-1.json) >"$state/last.out" 2>&1 || die '' 'the rides are not uploaded'
ledger=$(admin 22)
jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' <<<"$ledger" >/dev/null || die '' 'the ledger does not verify'
[ "$(total "$ledger" M:9901)" = 1000 ] || die '' "the books: $ledger"
echo "app_life: ok"
