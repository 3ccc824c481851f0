#!/usr/bin/env bash
# The card in a modem: ykt and ykt-conform reach it over AT commands and see what
# they see at its socket.
#
# usage: se_modem.sh YKT_SE YKT MODEM_SIM
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

[ $# -eq 3 ] || { sed -n 's/^# usage/usage/p' "$0"; exit 2; }
ykt_se=$(readlink -f "$1")
ykt=$(readlink -f "$2")
modem_sim=$(readlink -f "$3")
folder=$(mktemp -d)
card=
modem=
cleanup() {
	for one in $modem $card; do
		kill "$one" 2>/dev/null && wait "$one" 2>/dev/null || true
	done
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "se_modem: $1"
	head -n 20 ./*.log 2>/dev/null || true
	exit 1
}

"$ykt_se" testcard card.img >card.log 2>&1 || fail "no card"
"$ykt_se" run card.img --socket wired --volatile >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	grep -q ready run.log && break
	sleep 0.1
done
"$ykt" --lang en card socket:wired >socket.log 2>&1 || fail "no card at the socket"

mkfifo hold
"$modem_sim" socket:wired >modem.log 2>&1 <hold &
modem=$!
exec 9>hold
for _ in $(seq 100); do
	[ -s modem.log ] && break
	sleep 0.1
done
port=$(head -n 1 modem.log)
[ -e "$port" ] || fail "no modem"

"$ykt" --lang en card "modem:$port" >at.log 2>&1 || fail "no card in the modem"
cmp -s socket.log at.log || fail "another card in the modem than at the socket"
grep -q "^Card number" at.log || fail "no card was shown"

# Wrong places: the exit code and the words of an address that has no card.
refused() {
	local code=0
	"$ykt" --lang en card "$1" >refused.log 2>&1 || code=$?
	[ $code -eq "$2" ] || fail "exit $code instead of $2 for $1"
}
refused modem: 2
refused modem:/dev/null 2
refused modem:/dev/no-such-port 3
echo "se_modem: $(sed -n 's/^Balance *//p' at.log)"
