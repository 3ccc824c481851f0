#!/usr/bin/env bash
# Who calls, and what the card's access rules let that caller do: ykt at the wired side
# of a card whose rules let one caller at its purse.
#
# usage: se_caller.sh YKT_SE YKT MAKE_CARD
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

[ $# -eq 3 ] || { sed -n 's/^# usage/usage/p' "$0"; exit 2; }
ykt_se=$(readlink -f "$1")
ykt=$(readlink -f "$2")
make_card=$(readlink -f "$3")
folder=$(mktemp -d)
card=
cleanup() {
	[ -z "$card" ] || kill -KILL "$card" 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "se_caller: $1"
	tail -n 20 ./*.log 2>/dev/null || true
	exit 1
}

start() {
	: >run.log
	"$ykt_se" run "$1" --socket wired --gate-socket gate --control control "${@:2}" >run.log 2>&1 &
	card=$!
	for _ in $(seq 100); do
		grep -q "ready" run.log && return 0
		kill -0 "$card" 2>/dev/null || fail "ended before it was ready"
		sleep 0.1
	done
	fail "not ready in ten seconds"
}

stop() {
	kill -TERM "$card"
	wait "$card" || fail "ended badly"
	card=
}

# expect CODE WORDS COMMAND...: what ykt must exit with, and say.
expect() {
	local code=0 wanted=$1 words=$2
	shift 2
	timeout 20 "$ykt" --lang=en "$@" >expect.log 2>&1 || code=$?
	[ "$code" -eq "$wanted" ] || fail "$*: exit $code instead of $wanted"
	grep -q -- "$words" expect.log || fail "$*: other words than '$words'"
}

right=A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3
wrong=C0C1C2C3C4C5C6C7C8C9CACBCCCDCECFD0D1D2D3
long=${right}B4B5B6B7B8B9BABBBCBDBEBF
"$make_card" ruled.img $right >make.log 2>&1 || fail "no card with a rule"
"$make_card" free.img >make.log 2>&1 || fail "no card without"

start ruled.img
# The expiry date in the test card is of no interest here.
expect 0 '100.00 yuan' --caller=$right card socket:./wired
for caller in $wrong $long; do
	expect 5 'access rules do not let this caller' --caller=$caller card socket:./wired
done
# Who says nothing is the phone's system, and the gate is no caller.
expect 0 '100.00 yuan' card socket:./wired
expect 0 '100.00 yuan' card socket:./gate
expect 3 "does not take this caller's name" --caller=$right card socket:./gate
# The name went with its connection.
expect 0 '100.00 yuan' --caller=$right card socket:./wired
expect 5 'access rules' --caller=$wrong card socket:./wired
for bad in A0 "${right}A0" "${right%3}G" ''; do
	expect 2 'wants 40 or 64 hex digits' "--caller=$bad" card socket:./wired
done
stop

# Where rules hold for all, who says nothing is let at nothing; the gate still is no caller.
start ruled.img --access-rules
expect 0 '100.00 yuan' --caller=$right card socket:./wired
expect 5 'access rules' --caller=$wrong card socket:./wired
expect 5 'access rules' card socket:./wired
expect 0 '100.00 yuan' card socket:./gate
stop

# The client says who it is from its configuration, and says what it was refused for.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=x -keyout ca.key -out ca.pem 2>make.log ||
	fail "no certificate"
# The generator of the curve stands for the platform's key: nobody is called.
printf '%s%s\n' 32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7 \
	BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0 >platform.pub
config() {
	cat >client.json <<-EOF
		{"platform":"https://127.0.0.1:1","tsm":"https://127.0.0.1:1","psp":"https://127.0.0.1:1",
		"ca":"ca.pem","platform_key":"platform.pub","state":"client","se":"socket:wired","caller":"$1"}
	EOF
}
start ruled.img
config $right
expect 0 'What the secure element holds' apps --config client.json
config $wrong
expect 1 'do not let this program at it' apps --config client.json
expect 1 'do not let this program at it' register --config client.json
# Who is named on the command line is that one.
expect 0 'What the secure element holds' --caller=$right apps --config client.json
# Another platform is another configuration, with a folder of its own.
config $right
sed 's/"client"/"client-9902"/' client.json >9902.json
config $wrong
export YKT_STATE=$folder
expect 0 'What the secure element holds' --platform=9902 apps
[ -f client-9902/store ] || fail "no folder of its own"
expect 1 'do not let this program at it' apps
# Two names for a configuration are one too many.
expect 2 'give one of them' --platform=9902 apps --config client.json
expect 2 '9903' --platform=9903 apps
for bad in '' ../9902 a.b 012345678901234567890123456789012; do
	expect 2 'wants 1 to 32 letters' "--platform=$bad" apps
done
# A list with a name that is none is refused by that name.
sed 's/"state"/"platforms":[{"name":"a b"}],"state"/' client.json >9904.json
expect 2 'no name of a platform' --platform=9904 apps
unset YKT_STATE
config A0
expect 2 'no hash of a certificate' apps --config client.json
stop

# A card without rules lets no named caller at anything.
start free.img
expect 5 'access rules' --caller=$right card socket:./wired
expect 0 '100.00 yuan' card socket:./wired
stop

# Over TCP nobody can show who he is.
port=${YKT_PORT_BASE:-$((20000 + RANDOM % 20000))}
"$ykt_se" run ruled.img --socket "127.0.0.1:$port" >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	grep -q "ready" run.log && break
	sleep 0.1
done
expect 3 "does not take this caller's name" --caller=$right card "socket:127.0.0.1:$port"
expect 0 '100.00 yuan' card "socket:127.0.0.1:$port"
stop
echo "se_caller: ok"
