#!/usr/bin/env bash
# A city's platform and its riders know one TSM, and the domain that the application lives in
# is another's: the first asks the second over TLS, and carries the client's session over.
# The domain manages by delegation, with tokens that its TSM asks the first for in turn.
# Opened, updated, locked, unlocked and deleted so, with either TSM killed in the middle, one
# of them away, and one that is not who it should be.
#
# usage: two_tsms.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
aid=A0000006320101059901
last_words() { tail -n 20 "$state"/*.out "$state"/log/tsmd-*.log; }

ykt() {
	timeout 90 "$bin/ykt" --lang en "$@" --config "$state/client.json" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
card() { "$bin/ykt" card --json "socket:$state/se.sock" 2>/dev/null | jq -r "$1"; }
balance_is() {
	local has
	has=$(card .balance)
	[ "$has" = "$1" ] || die '' "the card has $has, not $1"
}
operate() {
	curl -sS --fail-with-body --max-time 10 -o "$state/operate.out" --cacert "$state/keys/ca.pem" \
		--cert "$state/keys/operator.pem" --key "$state/keys/operator.key" \
		-H 'Content-Type: application/json' -d "$2" "$(url 41)/tsm/$1" || die '' "$1 $2"
}
# What a TSM's database says, read from a copy: the TSM holds the file itself.
look() {
	rm -f "$state"/look.db*
	cp "$state/tsmd-$1.db" "$state/look.db"
	[ ! -f "$state/tsmd-$1.db-wal" ] || cp "$state/tsmd-$1.db-wal" "$state/look.db-wal"
	sqlite3 "$state/look.db" "$2" 2>/dev/null || true
}
# wait_for CITY SQL VALUE
wait_for() {
	local end=$((SECONDS + 30)) # a TSM that was away says at its start that it is back
	while [ $SECONDS -lt $end ]; do
		[ "$(look "$1" "$2")" = "$3" ] && return 0
		sleep 0.03
	done
	die '' "tsmd-$1: '$2' is '$(look "$1" "$2")', not '$3'"
}
tsm_kill() {
	local pid kept=() other
	pid=$(cat "$state/run/tsmd-$1.pid")
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	for other in "${started[@]}"; do [ "$other" = "$pid" ] || kept+=("$other"); done
	started=("${kept[@]}")
}
tsm_start() { start "tsmd-$1" ykt-tsmd "$state/tsmd-$1.json" >/dev/null; }
# killed CITY COMMAND...: the command, with that TSM killed while its job runs.
killed() {
	local city=$1 jobs
	shift
	jobs=$(look 9901 'SELECT COUNT(*) FROM job')
	ykt "$@" &
	local client=$!
	wait_for 9901 "SELECT COUNT(*) > $jobs FROM job WHERE step > 0 OR state <> 'waiting'" 1
	tsm_kill "$city"
	sleep 0.2
	tsm_start "$city"
	wait "$client" || die '' "'ykt $*' with tsmd-$city killed: $?"
}
pin() {
	openssl x509 -in "$state/keys/$1.pem" -pubkey -noout | openssl pkey -pubin -outform DER |
		openssl dgst -sha256 -binary | base64 | sed 's#^#sha256//#'
}
# knows CITY OTHER PORT REST: what the one has of the other.
knows() {
	jq --arg name "tsm-$1" --arg key "keys/tsm-$1.sm2" --arg other "tsm-$2" --arg pub "keys/tsm-$2.sm2.pub" \
		--arg url "$(url "$3")" --arg pins "$(pin "tsm-$2")" --argjson rest "$4" \
		'.name = $name | .sign_key = $key
		| .peers = [{"name": $other, "pub": $pub, "url": $url, "pins": $pins} + $rest]' \
		"$state/tsmd-$1.json" >"$state/next.json"
	mv "$state/next.json" "$state/tsmd-$1.json"
}

city_base
city_files
knows 9901 9902 51 '{"jobs": true}'
knows 9902 9901 41 '{"city": "9901"}'
jq '.delegated = true | .issuer = "tsm-9902"' "$state/tsmd-9901.json" >"$state/next.json"
mv "$state/next.json" "$state/tsmd-9901.json"
# The platform and the phone of 9901 know tsmd-9902 alone.
jq --arg tsm "$(url 51)" '.tsm = $tsm' "$state/platformd-9901.json" >"$state/next.json"
mv "$state/next.json" "$state/platformd-9901.json"
jq --arg tsm "$(url 52)" '.tsm = $tsm' "$state/client.json" >"$state/next.json"
mv "$state/next.json" "$state/client.json"
city_start 9901 >/dev/null
start keyd-9902 ykt-keyd "$state/keyd-9902.json" >/dev/null
tsm_start 9902
jq '.kind = "bus"' "$state/gate-1.json" >"$state/gate.json" && mv "$state/gate.json" "$state/gate-1.json"
"$bin/ykt-validator" psam "$state/gate-1.json" >"$state/last.out" 2>&1 || die '' 'no PSAM for the gate'
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"
done_by register
done_by login
# Each said who it is.
wait_for 9902 "SELECT COUNT(*) FROM peer_link WHERE peer = 'tsm-9901' AND good_ms > 0" 1

# Opened, while the one that holds the domain is killed.
killed 9901 open --city 9901 --load 10.00 --yes
balance_is 1000
[ "$(look 9901 "SELECT COUNT(*) FROM job WHERE asker = 'tsm-9902' AND state = 'done'")" = 1 ] || die '' 'not its job'
[ "$(look 9902 'SELECT COUNT(*) FROM job')" = 0 ] || die '' 'a job of its own'
wait_for 9902 "SELECT state FROM far_job" 'done'
wait_for 9902 "SELECT COUNT(*) FROM peer_notice WHERE message = 'app_state'" 1
# Two receipts at least, each checked there, and the end.
[ "$(look 9902 "SELECT COUNT(*) >= 3 FROM peer_notice WHERE message = 'card_write'")" = 1 ] || die '' 'no receipts'

# A version, published there, is seen and had here; the state of the application is told.
operate version.add "{\"aid\":\"$aid\",\"version\":1,\"end\":\"20401231\"}"
operate version.move "{\"aid\":\"$aid\",\"version\":1,\"state\":\"test\"}"
operate version.move "{\"aid\":\"$aid\",\"version\":1,\"state\":\"published\"}"
wait_for 9902 "SELECT COUNT(*) FROM peer_notice WHERE message = 'app_business'" 2
killed 9902 apps update
[ "$(card .end_date)" = 20401231 ] || die '' "the card's end is $(card .end_date)"
balance_is 1000

# Locked and unlocked, each with the other one killed.
killed 9902 lock
[ "$(card .balance)" != 1000 ] || die '' 'a locked card answers'
killed 9901 unlock
balance_is 1000

# The one with the domain away: nothing moves, and it is done when it is back.
tsm_kill 9901
! ykt lock || die '' 'locked by nobody'
balance_is 1000
[ "$(look 9902 "SELECT COUNT(*) FROM far_job WHERE state = 'waiting'")" = 1 ] || die '' 'the job is not written down'
# And one that is not who it should be: its key is not the one that was pinned.
jq '.cert = "keys/tsm-9902.pem" | .key = "keys/tsm-9902.key"' "$state/tsmd-9901.json" >"$state/rogue.json"
start tsmd-9901 ykt-tsmd "$state/rogue.json" >/dev/null
! ykt lock || die '' 'another certificate was believed'
balance_is 1000
tsm_kill 9901
tsm_start 9901
done_by lock
[ "$(card .balance)" != 1000 ] || die '' 'a locked card answers'
done_by unlock

# Empty it goes, with the one in between killed.
for left in 800 600 400 200 0; do
	(cd "$state" && "$bin/ykt-validator" tap gate-1.json) >"$state/last.out" 2>&1 || die '' 'no gate'
	balance_is $left
done
killed 9902 delete --yes
! card .balance >"$state/last.out" 2>&1 || [ "$(cat "$state/last.out")" = null ] || die '' 'the card still answers'
wait_for 9902 "SELECT COUNT(*) FROM far_job WHERE state NOT IN ('done', 'failed')" 0
wait_for 9901 'SELECT COUNT(*) FROM peer_out' 0
[ "$(look 9901 "SELECT COUNT(*) FROM app WHERE hex(aid) = '$aid'")" = 0 ] || die '' 'the registry still has it'
(cd "$state" && "$bin/ykt-validator" upload gate-1.json) >"$state/last.out" 2>&1 || die '' 'the rides are not uploaded'
ledger=$(admin 22)
jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' <<<"$ledger" >/dev/null || die '' 'the ledger does not verify'
[ "$(total "$ledger" M:9901)" = 1000 ] || die '' "the books: $ledger"
echo "two_tsms: ok"
