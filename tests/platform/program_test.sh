#!/usr/bin/env bash
# ykt-platformd as a process: ready, refused callers, bad configurations, ports and
# databases in use, an orderly end.
#
# usage: program_test.sh YKT_PLATFORMD MAKE_CA
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

platformd=$(readlink -f "${1:?usage: program_test.sh YKT_PLATFORMD MAKE_CA}")
make_ca=$(readlink -f "${2:?usage: program_test.sh YKT_PLATFORMD MAKE_CA}")
folder=$(mktemp -d)
server=
cleanup() {
	[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "program_test: $1"
	head -n 20 ./*.log 2>/dev/null || true
	exit 1
}

bash "$make_ca" ca >ca.log 2>&1 || fail "no certificates"
phones=$((20000 + RANDOM % 20000))
inner=$((phones + 1))
cat >good.json <<JSON
{"city":"9901","node":"p1","issuer":"0199010000000000","province":"9900","channel":"0099",
"port":$phones,"inner_port":$inner,"database":"platform.db","seal_key":"ca/platform-9901.sm2",
"sign_key":"ca/platform-9901.sm2","sign_name":"platform-9901","pay_key":"ca/payd.sm2.pub",
"pay_name":"payd","payee":"yikatong 9901","cert":"ca/platform-9901.pem",
"key":"ca/platform-9901.key","ca":"ca/ca.pem","keyd":"https://127.0.0.1:1",
"tsm":"https://127.0.0.1:1","psp":"https://127.0.0.1:1",
"peers":[{"city":"9902","issuer":"0199020000000000","url":"https://127.0.0.1:1"}],
"apps":[{"aid":"A000000632010105","name_zh":"一卡通","name_en":"Yikatong","iin":"31009901",
"start":"20260101","end":"20361231","alg":0,"fee_fen":2000,"min_load_fen":100,
"max_load_fen":50000,"cap_fen":100000,"overdraft_fen":0}],
"ota_port":$((phones + 2)),"ota_udp_port":$((phones + 2)),"ota_sms_port":$((phones + 3)),
"fares":[{"kind":"metro","amount_fen":300}],"params_version":1,"sms_file":"sms.txt"}
JSON

# refused CODE WORDS FILE: the program must not start, and say why.
refused() {
	local code=0
	timeout 20 "$platformd" "$3" >refused.log 2>&1 || code=$?
	[ "$code" -eq "$1" ] || fail "$3: exit $code instead of $1"
	grep -q -- "$2" refused.log || fail "$3: other words than '$2'"
}

# changed CODE WORDS SED: the same with one thing changed in the good file.
changed() {
	sed "$3" good.json >changed.json
	cmp -s good.json changed.json && fail "nothing changed by $3"
	refused "$1" "$2" changed.json
}

changed 2 'exactly these fields' "s/\"port\":$phones/\"port\":0/"
changed 2 'exactly these fields' "s/\"port\":$phones/\"port\":65536/"
changed 2 'exactly these fields' "s/\"port\":$phones/\"port\":\"$phones\"/"
changed 2 'exactly these fields' 's/"node"/"nodes"/'
changed 2 'exactly these fields' 's/"node":"p1"/"node":"p1","node":"p1"/'
changed 2 'exactly these fields' 's/"node":"p1",//'
changed 2 'exactly these fields' 's/"fee_fen":2000/"fee_fen":20.00/'
changed 2 'must differ' "s/\"inner_port\":$inner/\"inner_port\":$phones/"
changed 1 'does not fit together' 's/"cap_fen":100000/"cap_fen":49999/'
changed 1 'does not fit together' 's/"iin":"31009901"/"iin":"3100990"/'
changed 1 'cannot open' 's#ca/payd.sm2.pub#ca/none#'
echo 00 >short
changed 1 'hex digits' 's#ca/payd.sm2.pub#short#'
changed 1 'Plain HTTP is refused' 's#"psp":"https:#"psp":"http:#'
changed 1 'database' 's#"platform.db"#"no/such/folder/platform.db"#'
changed 1 'no menu package' 's#"params_version":1#&,"menus":[{"file":"short"}]#'
changed 1 'No such file' 's#"params_version":1#&,"menus":[{"file":"nothing"}]#'
refused 2 'cannot open' missing.json
[ ! -e sms.txt ] || fail 'a message without anybody'

start() {
	"$platformd" good.json >ready.log 2>run.log &
	server=$!
	for _ in $(seq 100); do
		grep -q 'ready on' ready.log && return
		sleep 0.1
	done
	fail 'never ready'
}

# ask PORT PATH ROLE: the answer's code. Without a role no certificate is shown.
ask() {
	local show=()
	[ -z "$3" ] || show=(--cert "ca/$3.pem" --key "ca/$3.key")
	curl -s -o answer.log -w '%{http_code}' --cacert ca/ca.pem "${show[@]}" \
		-H 'Content-Type: application/json' -d '{}' "https://127.0.0.1:$1$2"
}

rm -f platform.db*
start
refused 1 'another process has it open' good.json
sed 's/platform.db/other.db/' good.json >other.json
refused 1 'the port is in use' other.json
[ "$(ask "$phones" /client/call '')" = 400 ] || fail 'phones are not served'
[ "$(ask "$phones" /admin/ledger '')" = 404 ] || fail 'phones see inner paths'
[ "$(ask "$phones" /admin/ledger operator)" = 404 ] || fail 'a certificate opens the phones port'
[ "$(ask "$inner" /admin/ledger '')" = 403 ] || fail 'no certificate was needed'
[ "$(ask "$inner" /admin/ledger payd)" = 403 ] || fail 'payd reads the ledger'
[ "$(ask "$inner" /admin/ledger operator)" = 200 ] || fail 'the operator cannot read the ledger'
grep -q '"chain_ok":true' answer.log || fail 'the ledger does not verify'

# The doors of the OTA gateway: what is no frame or no message ends the connection, and
# a handset that asks when nothing waits is told so.
door() {
	{ printf "$2"; sleep 0.3; } | timeout 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$1; cat >&3; cat <&3" |
		od -An -tx1 | tr -d ' \n'
}
identity=$(printf '\\x11%.0s' $(seq 16))
[ -z "$(door $((phones + 2)) '\x00\x00')" ] || fail 'an empty frame was answered'
[ -z "$(door $((phones + 2)) '\xff\xff')" ] || fail 'a frame without end was answered'
[ -z "$(door $((phones + 2)) '\x00\x02ab')" ] || fail 'a message that is none was answered'
[ "$(door $((phones + 3)) "\\x00\\x11\\x02$identity\\x00\\x01\\x00")" = 000100 ] ||
	fail 'a handset was not told that nothing waits'
printf 'no message' >"/dev/udp/127.0.0.1/$((phones + 2))"
kill -TERM "$server"
code=0
wait "$server" || code=$?
[ "$code" -eq 0 ] || fail "exit $code on SIGTERM"

start # the same database again, after a kill too
kill -KILL "$server"
wait "$server" 2>/dev/null || true
start
kill -INT "$server"
wait "$server" || fail 'not ended by SIGINT'
server=
echo 'ykt-platformd: ok'
