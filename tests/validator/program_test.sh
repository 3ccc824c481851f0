#!/usr/bin/env bash
# ykt-validator as a process, with a real ykt-keyd and a real ykt-se: its PSAM is made,
# cards are taken, an answer is lost and made good, nothing is charged twice.
#
# usage: program_test.sh YKT_VALIDATOR YKT_KEYD YKT_SE MAKE_CARD MAKE_CA YKT
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

usage='usage: program_test.sh YKT_VALIDATOR YKT_KEYD YKT_SE MAKE_CARD MAKE_CA YKT'
validator=$(readlink -f "${1:?$usage}")
keyd=$(readlink -f "${2:?$usage}")
ykt_se=$(readlink -f "${3:?$usage}")
make_card=$(readlink -f "${4:?$usage}")
make_ca=$(readlink -f "${5:?$usage}")
ykt=$(readlink -f "${6:?$usage}")
folder=$(mktemp -d)
server=
card=
gate=
cleanup() {
	for pid in $server $card $gate; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "program_test: $1"
	tail -n 20 ./*.log 2>/dev/null || true
	exit 1
}

ready() {
	for _ in $(seq 100); do
		grep -q ready "$2" && return 0
		kill -0 "$1" 2>/dev/null || fail "$2: ended before it was ready"
		sleep 0.1
	done
	fail "$2: not ready in ten seconds"
}

# expect CODE WORDS COMMAND...: what it must exit with, and say on either stream.
expect() {
	local code=0 wanted=$1 words=$2
	shift 2
	timeout 30 "$validator" "$@" >expect.log 2>&1 || code=$?
	[ "$code" -eq "$wanted" ] || fail "$*: exit $code instead of $wanted"
	grep -q -- "$words" expect.log || fail "$*: other words than '$words'"
}

bash "$make_ca" ca >ca.log 2>&1 || fail "no certificates"
port=$((20000 + RANDOM % 20000))
cat >roots.json <<JSON
{"purchase":"101112131415161718191A1B1C1D1E1F","load":"202122232425262728292A2B2C2D2E2F",
"tac":"303132333435363738393A3B3C3D3E3F","maintenance":"404142434445464748494A4B4C4D4E4F",
"isd":"544553542D4953442D524F4F542D3031","ssd":"544553542D5353442D524F4F542D3031",
"psam":"544553542D5452414E53504F52542D31"}
JSON
cat >keyd.json <<JSON
{"city":"9901","issuer":"01011000FFFFFFFF","port":$port,"database":"keyd.db","roots":"roots.json",
"cert":"ca/keyd-9901.pem","key":"ca/keyd-9901.key","ca":"ca/ca.pem"}
JSON
chmod 600 roots.json
# config NAME KIND STATION TERMINAL
config() {
	cat >"$1.json" <<-JSON
		{"kind":"$2","city":"9901","institution":"01011000FFFFFFFF","operator":"0001","line":"0001",
		"station":"$3","terminal":"$4","issuers":[{"issuer":"02002900FFFFFFFF"}],
		"metro_base_fen":300,"metro_step_fen":100,"metro_base_stations":4,"metro_step_stations":4,
		"bus_fen":200,"tap_cap_fen":30000,"balance_cap_fen":100000,"torn_window_s":600,
		"state":"$1.state","psam_image":"$1.psam","card":"socket:gate.sock",
		"platform":"https://127.0.0.1:1","platform_pub":"ca/platform-9901.sm2.pub",
		"cert":"ca/gate-310000000001.pem","key":"ca/gate-310000000001.key","ca":"ca/ca.pem",
		"keyd":"https://127.0.0.1:$port","operator_cert":"ca/operator.pem",
		"operator_key":"ca/operator.key"}
	JSON
}
config in metro-entry 0002 310000000001
config out metro-exit 0009 310000000002
config bus bus 0001 310000000101

# What is wrong with a configuration or a command line starts nothing.
changed() {
	sed "$2" bus.json >changed.json
	cmp -s bus.json changed.json && fail "nothing changed by $2"
	expect 2 "$1" show changed.json
}
changed 'exactly these fields' 's/"bus_fen":200/"bus_fen":-1/'
changed 'exactly these fields' 's/"bus_fen":200/"bus_fen":2.0/'
changed 'exactly these fields' 's/"bus_fen":200/"bus_fen":200,"bus_fen":200/'
changed 'exactly these fields' 's/"bus_fen":200/"bus_fare":200/'
changed 'exactly these fields' 's/"city":"9901"/"city":"99"/'
changed 'exactly these fields' 's/"metro_step_stations":4/"metro_step_stations":0/'
changed 'metro-entry, metro-exit or bus' 's/"kind":"bus"/"kind":"tram"/'
expect 2 'no such command' dance bus.json
expect 2 'are needed' tap
expect 2 'cannot open' show nothing.json

# The PSAM.
expect 4 'psam" makes it' tap bus.json
expect 1 'no keys for a PSAM' psam bus.json
[ -z "$(ls -- *.psam* 2>/dev/null)" ] || fail "half a PSAM is left"
"$keyd" keyd.json >keyd.log 2>&1 &
server=$!
ready $server keyd.log
sed 's/"operator_cert":"ca.operator.pem"/"operator_cert":"ca\/gate-310000000001.pem"/;
	s/"operator_key":"ca.operator.key"/"operator_key":"ca\/gate-310000000001.key"/' bus.json >gate.json
expect 1 'YKT_DENIED' psam gate.json
for name in in out bus; do
	expect 0 "PSAM of terminal" psam $name.json
	expect 1 'is there already' psam $name.json
done
[ "$(stat -c %a bus.psam)" = 600 ] || fail "the PSAM is open to others"
kill -TERM $server
wait $server || fail "ykt-keyd ended badly"
server=

# No card, no platform.
expect 4 'no card (no_peer)' tap bus.json
expect 0 'terminal: 310000000101' show bus.json
expect 1 'YKT_E_NET' params bus.json
expect 1 'Ride codes are not taken here' scan bus.json 800149
expect 4 'cannot open nothing' scan bus.json nothing
expect 4 'two digits a byte' scan bus.json 80014
expect 0 'waiting: 0' show bus.json
head -c 1000 bus.psam >cut.psam && chmod 600 cut.psam
sed 's/bus.psam/cut.psam/' bus.json >cut.json
expect 1 'damaged, or no PSAM' show cut.json

# Ride codes: a root, an institution and a rider, made here; the bus takes a code once.
"$ykt" ca root TEST-ROOT 01 root.sm2 >code.roots || fail "no root"
"$ykt" ca request 01011000 1299 institution.sm2 code.request || fail "no request"
"$ykt" ca issue root.sm2 01 code.request code.cert >ca.log || fail "no certificate"
"$ykt" ca request 01011000 1299 rider.sm2 rider.request || fail "no key for a rider"
"$ykt" code make --cert code.cert --key institution.sm2 --user-key rider.sm2 >code.hex ||
	fail "no code"
sed 's/"keyd":/"code_roots":"code.roots","code_institution":"01011000","keyd":/' bus.json >codes.json
expect 0 'Please go  fare 2.00  account 099010…0001' scan codes.json code.hex
expect 1 'was used' scan codes.json "$(cat code.hex)"
LC_ALL=zh_CN.UTF-8 expect 1 '乘车码已使用' scan codes.json code.hex
timeout 30 "$validator" scan codes.json <code.hex >expect.log 2>&1 && fail "used, on standard input"
grep -q 'was used' expect.log || fail "standard input was not read"
expect 0 'waiting: 1' show codes.json
expect 1 'YKT_E_NET' upload codes.json
expect 0 'waiting: 1' show codes.json
sed 's/"01011000","keyd"/"01019999","keyd"/' codes.json >other.json
"$ykt" code make --cert code.cert --key institution.sm2 --user-key rider.sm2 \
	--now $(($(date +%s) + 5)) >next.hex || fail "no second code"
expect 1 'of this issuer' scan other.json next.hex
"$ykt" ca root TEST-OTHER 01 other.sm2 >other.roots || fail "no other root"
sed 's/"code[.]roots"/"other.roots"/' codes.json >other.json
expect 1 'not genuine' scan other.json next.hex
sed 's/"code[.]roots"/"bus.json"/' codes.json >other.json
expect 4 'no root "NAME SERVICE INDEX X Y"' scan other.json next.hex
expect 0 'Please go' scan codes.json next.hex
rm -rf bus.state

# Cards.
"$make_card" card.img >make.log 2>&1 || fail "no card"
"$ykt_se" run card.img --gate-socket gate.sock --socket wired.sock --control control >card.log 2>&1 &
card=$!
ready $card card.log
expect 1 'did not enter' tap out.json
expect 0 'Please go  fare 0.00  balance 100.00  card 310517…0001' tap in.json
expect 1 'inside already' tap in.json
expect 0 'Please go  fare 4.00  balance 96.00' tap out.json
# The answer to DEBIT is lost: told to tap again, and not debited again.
"$ykt_se" ctl control lose-answer 54 >ctl.log || fail "no control"
expect 3 'Tap the same card again' tap bus.json
expect 0 'torn: 1' show bus.json
expect 0 'tap before is paid  fare 2.00  balance 94.00' tap bus.json
expect 0 'torn: 0' show bus.json
LC_ALL=zh_CN.UTF-8 expect 0 '请通行  票价 2.00 元  余额 92.00 元' run bus.json --once --card socket:gate.sock
expect 0 'waiting: 2' show bus.json
expect 1 'YKT_E_NET' upload bus.json
expect 0 'waiting: 2' show bus.json

# Out of the field there is no card; it is waited for; a phone without power taps.
"$ykt_se" ctl control field off >ctl.log || fail "field off"
expect 4 'no card (no_card)' tap bus.json
expect 0 'waiting: 2' show bus.json
"$validator" tap --wait in.json >wait.log 2>&1 &
gate=$!
sleep 0.5
grep -q balance wait.log && fail "a card out of the field was taken"
"$ykt_se" ctl control tap 20000 >ctl.log || fail "tap"
wait $gate || fail "the card that came was not taken"
gate=
grep -q 'balance 92.00' wait.log || fail "another balance after the wait"
"$ykt_se" ctl control field on >ctl.log || fail "field on"
"$ykt_se" ctl control power off >ctl.log || fail "power off"
expect 0 'Please go  fare 4.00  balance 88.00' tap out.json
"$ykt_se" ctl control power on >ctl.log || fail "power on"

# Who watches the wired side hears of each tap, and reads the new balance.
"$ykt" --lang=en watch --count 2 socket:./wired.sock >watch.log 2>&1 &
gate=$!
for _ in $(seq 100); do
	grep -q 'Balance 88.00 yuan' watch.log && break
	sleep 0.1
done
grep -q 'Balance 88.00 yuan' watch.log || fail "watch shows no balance"
expect 0 'balance 86.00' tap bus.json
for _ in $(seq 100); do
	grep -q 'Balance 86.00 yuan' watch.log && break
	sleep 0.1
done
expect 0 'balance 84.00' tap bus.json
wait $gate || fail "watch did not end after two taps"
gate=
[ "$(grep -c 'Balance' watch.log)" -eq 3 ] || fail "watch shows other than three balances"
tail -n 1 watch.log | grep -q 'Balance 84.00 yuan' || fail "watch shows another balance"

# A gate at work: one process a state, a line of input a tap, an orderly end.
mkfifo taps
"$validator" run bus.json <taps >gate.log 2>&1 &
gate=$!
exec 3>taps
ready $gate gate.log
expect 1 'another process works with it' show bus.json
echo >&3
for _ in $(seq 100); do
	grep -q 'balance 82.00' gate.log && break
	sleep 0.1
done
grep -q 'balance 82.00' gate.log || fail "the gate did not take the card"
kill -TERM $gate
wait $gate || fail "the gate ended badly"
gate=
exec 3>&-
expect 0 'waiting: 5' show bus.json

# Killed at any moment it goes on from what is durable.
for i in 1 2 3 4 5; do
	timeout -s KILL "0.0$i" "$validator" tap bus.json >kill.log 2>&1 || true
done
expect 0 'terminal' show bus.json
printf 'x' >>bus.state/state
expect 1 'damaged; there may be money' show bus.json
echo "program_test: ok"
