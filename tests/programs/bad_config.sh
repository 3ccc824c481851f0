#!/usr/bin/env bash
# Configurations that are none, for every program that reads one: exit 2 and a line
# that says so, nothing listened to, no file made (docs/bad-inputs.md 5.3).
#
# usage: bad_config.sh YKT YKT_KEYD YKT_TSMD YKT_PAYD YKT_PLATFORMD YKT_VALIDATOR MAKE_CA
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

[ $# -eq 7 ] || { sed -n 's/^# usage/usage/p' "$0"; exit 2; }
ykt=$(readlink -f "$1")
keyd=$(readlink -f "$2")
tsmd=$(readlink -f "$3")
payd=$(readlink -f "$4")
platformd=$(readlink -f "$5")
validator=$(readlink -f "$6")
make_ca=$(readlink -f "$7")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
	echo "bad_config: $1"
	head -n 20 ./*.log 2>/dev/null || true
	exit 1
}

# What a program is run as, with the configuration behind it.
run() {
	case $1 in
	ykt) timeout 20 "$ykt" balance --config "$2" ;;
	keyd) timeout 20 "$keyd" "$2" ;;
	tsmd) timeout 20 "$tsmd" "$2" ;;
	payd) timeout 20 "$payd" "$2" ;;
	platformd) timeout 20 "$platformd" "$2" ;;
	validator) timeout 20 "$validator" show "$2" ;;
	esac
}

# Which version it is, each says without a configuration.
for program in "$ykt" "$keyd" "$tsmd" "$payd" "$platformd" "$validator"; do
	timeout 20 "$program" --version >version.log || fail "$program --version"
	grep -qx "${program##*/} [0-9.]*" version.log || fail "$program: no version"
done

# refused PROGRAM WORDS FILE
refused() {
	local code=0 before after
	before=$(find . | sort)
	run "$1" "$3" >refused.log 2>&1 </dev/null || code=$?
	after=$(find . | sort)
	[ "$code" -eq 2 ] || fail "$1 $3: exit $code instead of 2"
	grep -q -- "$2" refused.log || fail "$1 $3: other words than '$2'"
	[ "$before" = "$after" ] || fail "$1 $3: it made or removed a file"
}

# changed PROGRAM WORDS SED: refused with one thing changed in the good file.
changed() {
	sed "$3" "$1.json" >changed.json
	cmp -s "$1.json" changed.json && fail "nothing changed by $3 in $1.json"
	refused "$1" "$2" changed.json
}

: >refused.log
: >changed.json
bash "$make_ca" ca >ca.log 2>&1 || fail "no certificates"
cat >ykt.json <<'JSON'
{"platform":"https://127.0.0.1:1","tsm":"https://127.0.0.1:1","psp":"https://127.0.0.1:1",
"ca":"ca/ca.pem","platform_key":"ca/platform-9901.sm2.pub","state":"phone","se":"socket:none.sock"}
JSON
cat >roots.json <<'JSON'
{"purchase":"101112131415161718191A1B1C1D1E1F","load":"202122232425262728292A2B2C2D2E2F",
"tac":"303132333435363738393A3B3C3D3E3F","maintenance":"404142434445464748494A4B4C4D4E4F",
"isd":"544553542D4953442D524F4F542D3031","ssd":"544553542D5353442D524F4F542D3031",
"psam":"544553542D5452414E53504F52542D31"}
JSON
chmod 600 roots.json
cat >keyd.json <<'JSON'
{"city":"9901","issuer":"01011000FFFFFFFF","port":20001,"database":"keyd.db","roots":"roots.json",
"cert":"ca/keyd-9901.pem","key":"ca/keyd-9901.key","ca":"ca/ca.pem"}
JSON
cat >tsmd.json <<'JSON'
{"city":"9901","port":20002,"client_port":20003,"database":"tsmd.db","keyd":"https://127.0.0.1:1",
"cert":"ca/tsm-9901.pem","key":"ca/tsm-9901.key","ca":"ca/ca.pem"}
JSON
cat >payd.json <<'JSON'
{"name":"payd","port":20004,"users_port":20005,"database":"payd.db","sign_key":"ca/payd.sm2",
"cert":"ca/payd.pem","key":"ca/payd.key","ca":"ca/ca.pem",
"merchants":[{"name":"platform-9901","pub":"ca/platform-9901.sm2.pub","url":"https://127.0.0.1:1"}]}
JSON
cat >platformd.json <<'JSON'
{"city":"9901","node":"p1","issuer":"0199010000000000","province":"9900","channel":"0099",
"port":20006,"inner_port":20007,"database":"platform.db","seal_key":"ca/platform-9901.sm2",
"sign_key":"ca/platform-9901.sm2","sign_name":"platform-9901","pay_key":"ca/payd.sm2.pub",
"pay_name":"payd","payee":"yikatong 9901","cert":"ca/platform-9901.pem",
"key":"ca/platform-9901.key","ca":"ca/ca.pem","keyd":"https://127.0.0.1:1",
"tsm":"https://127.0.0.1:1","psp":"https://127.0.0.1:1",
"peers":[{"city":"9902","issuer":"0199020000000000","url":"https://127.0.0.1:1"}],
"apps":[{"aid":"A000000632010105","name_zh":"一卡通","name_en":"Yikatong","iin":"31009901",
"start":"20260101","end":"20361231","alg":0,"fee_fen":2000,"min_load_fen":100,
"max_load_fen":50000,"cap_fen":100000,"overdraft_fen":0}],
"fares":[{"kind":"metro","amount_fen":300}],"params_version":1,"sms_file":"sms.txt"}
JSON
cat >validator.json <<'JSON'
{"kind":"bus","city":"9901","institution":"01011000FFFFFFFF","operator":"0001","line":"0001",
"station":"0001","terminal":"310000000101","issuers":[],"metro_base_fen":300,"metro_step_fen":100,
"metro_base_stations":4,"metro_step_stations":4,"bus_fen":200,"tap_cap_fen":30000,
"balance_cap_fen":100000,"torn_window_s":600,"state":"bus.state","psam_image":"bus.psam",
"card":"socket:gate.sock","platform":"https://127.0.0.1:1",
"platform_pub":"ca/platform-9901.sm2.pub","cert":"ca/gate-310000000001.pem",
"key":"ca/gate-310000000001.key","ca":"ca/ca.pem"}
JSON

# What every program refuses alike: NAME is a text field of it, FILE its first path.
alike() {
	local program=$1 name=$2 path=$3
	changed "$program" 'exactly these fields' "s/\"$name\":/\"$name-\":/"
	changed "$program" 'exactly these fields' "s/{\"/{\"unknown\":1,\"/"
	changed "$program" 'exactly these fields' "s/\"$name\":\(\"[^\"]*\"\)/\"$name\":\1,\"$name\":\1/"
	changed "$program" 'exactly these fields' "s/\"$name\":\"[^\"]*\"/\"$name\":null/"
	changed "$program" 'exactly these fields' "s/\"$name\":\"[^\"]*\"/\"$name\":7/"
	changed "$program" 'exactly these fields' '1s/^/[/'
	changed "$program" 'exactly these fields' '1s/^/\xef\xbb\xbf/'
	changed "$program" 'exactly these fields' '$s/}$/,}/'
	changed "$program" 'exactly these fields' '$s/}$/}{}/'
	changed "$program" 'exactly these fields' '$s/}$//'
	changed "$program" "$path must not go up" "s#\"$path\":\"#\"$path\":\"../#"
	changed "$program" "$path must not go up" "s#\"$path\":\"#\"$path\":\"a/../../#"
	refused "$program" 'cannot open' missing.json
	: >empty.json
	refused "$program" 'exactly these fields' empty.json
	head -c 100000 /dev/zero | tr '\0' ' ' >large.json
	refused "$program" 'too large' large.json
	rm -f empty.json large.json
}
alike ykt tsm ca
alike keyd city database
alike tsmd city database
alike payd name database
alike platformd city database
alike validator kind state
changed ykt 'se must not go up' 's#socket:none#socket:../none#'
changed validator 'card must not go up' 's#socket:gate#socket:../gate#'
changed payd 'pub must not go up' 's#"pub":"#"pub":"../#'

# Ports: 0, one too many, below, with a point, as a text.
for place in keyd:port tsmd:port tsmd:client_port payd:port payd:users_port platformd:port \
	platformd:inner_port; do
	for port in 0 65536 -1 99999999999999999999 20001.0 2e4 '"20001"' 020001; do
		changed "${place%:*}" 'exactly these fields' "s/\"${place#*:}\":[0-9]*/\"${place#*:}\":$port/"
	done
done

# Protocols that nobody may use any more are refused by their names (C5-COM-1).
by_name() {
	changed ykt "$2" "s#\"platform\":\"https:#\"platform\":\"$1:#"
	local program
	for program in platformd tsmd; do
		sed "s#\"keyd\":\"https:#\"keyd\":\"$1:#" "$program.json" >changed.json
		! run "$program" changed.json >refused.log 2>&1 </dev/null || fail "$program takes $1:"
		grep -q -- "$2" refused.log || fail "$program, $1: other words than '$2'"
	done
	rm -f platform.db* tsmd.db*
}
by_name http 'Plain HTTP is refused'
by_name HTTP 'Plain HTTP is refused'
by_name ssl 'SSL is refused'
by_name wtls 'WAP and WTLS are refused'
by_name wap 'WAP and WTLS are refused'
by_name ftp 'it is not encrypted'
by_name gopher 'no address of a server'

# Money is whole fen, times are whole seconds, and both have a range.
for value in 2.00 '"200"' '"2.00"' -1 16777216 2e2; do
	changed validator 'exactly these fields' "s/\"bus_fen\":200/\"bus_fen\":$value/"
done
for value in 0 86401 600.5 '"600s"' '"10m"'; do
	changed validator 'exactly these fields' "s/\"torn_window_s\":600/\"torn_window_s\":$value/"
done
for value in 20.00 '"2000"' -2000; do
	changed platformd 'exactly these fields' "s/\"fee_fen\":2000/\"fee_fen\":$value/"
done
changed keyd 'exactly these fields' 's/FFFFFFFF"/ffffffff"/'
changed keyd 'exactly these fields' 's/01011000FFFFFFFF/01011000FFFFFF/'

# New cards: a PIN that is none, or half of one; settings that no card takes.
for pin in '"12","pin_tries":3' '"1234567890123","pin_tries":3' '"12A4","pin_tries":3' \
	'"1234","pin_tries":0' '"1234","pin_tries":16' '1234,"pin_tries":3'; do
	changed keyd 'pin' "s#\"ca\":\"ca/ca.pem\"#&,\"pin\":$pin#"
done
changed keyd 'pin_tries with it' 's#"ca":"ca/ca.pem"#&,"pin":"123456"#'
changed keyd 'pin_tries with it' 's#"ca":"ca/ca.pem"#&,"pin_tries":3#'
cards() { printf '{"second_cap_fen":%s,"second_overdraft_fen":0,"needs_pin":0,"needs_external":0,"fci":0,"files":[%s]}' "$1" "$2" >cards.json; }
cards 0 '{"sfi":"15","size":8,"read":0,"update":0,"content":""}'
changed tsmd 'that no card takes' 's#"ca":"ca/ca.pem"#&,"cards":"cards.json"#'
cards 0 "{\"sfi\":\"05\",\"size\":500,\"read\":0,\"update\":0,\"content\":\"$(printf 'A%.0s' $(seq 1000))\"},{\"sfi\":\"06\",\"size\":500,\"read\":0,\"update\":0,\"content\":\"$(printf 'B%.0s' $(seq 1000))\"}"
changed tsmd 'more than 700 bytes' 's#"ca":"ca/ca.pem"#&,"cards":"cards.json"#'
cards 16777216 ''
changed tsmd 'exactly these fields' 's#"ca":"ca/ca.pem"#&,"cards":"cards.json"#'
rm cards.json
changed tsmd 'cannot open' 's#"ca":"ca/ca.pem"#&,"cards":"cards.json"#'
changed tsmd 'stand together' 's#"ca":"ca/ca.pem"#&,"name":"tsm-9901"#'
changed tsmd 'cannot open' 's#"ca":"ca/ca.pem"#&,"name":"tsm-9901","sign_key":"no.sm2","peers":[]#'
peers() { printf '&,"name":"tsm-9901","sign_key":"ca/tsm-9901.sm2","peers":[%s]' "$1"; }
peer='"name":"tsm-9902","pub":"ca/tsm-9902.sm2.pub"'
there='"url":"https://127.0.0.1:1","pins":"sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="'
changed tsmd 'url and pins together' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer,\"url\":\"https://127.0.0.1:1\"}")#"
changed tsmd 'url and pins, for its city' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer,\"city\":\"9902\"}")#"
changed tsmd 'url and pins, for its city' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer,\"jobs\":true}")#"
changed tsmd 'a city of four digits that is not ours' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer,$there,\"city\":\"9901\"}")#"
changed tsmd 'a city of four digits that is not ours' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer,$there,\"city\":\"99x2\"}")#"
changed tsmd 'a name of its own' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer},{$peer}")#"
changed tsmd 'a name of its own' "s#\"ca\":\"ca/ca.pem\"#$(peers "{\"name\":\"tsm-9901\",\"pub\":\"ca/tsm-9902.sm2.pub\"}")#"
changed tsmd 'cannot open' "s#\"ca\":\"ca/ca.pem\"#$(peers '{"name":"tsm-9902","pub":"no.pub"}')#"
changed tsmd 'pub must not go up' "s#\"ca\":\"ca/ca.pem\"#$(peers '{"name":"tsm-9902","pub":"../no.pub"}')#"
changed tsmd 'issuer is a peer with url' 's#"ca":"ca/ca.pem"#&,"delegated":true,"issuer":"tsm-9902"#'
changed tsmd 'issuer is a peer with url' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer}"),\"delegated\":true,\"issuer\":\"tsm-9902\"#"
changed tsmd 'issuer is a peer with url' "s#\"ca\":\"ca/ca.pem\"#$(peers "{$peer,$there}"),\"issuer\":\"tsm-9902\"#"
key='"platform_key":"ca/platform-9902-seal.sm2.pub","authority_key":"ca/user-ca-9902.sm2.pub"'
changed tsmd 'cities of four digits, each once' "s#\"ca\":\"ca/ca.pem\"#&,\"idents\":[{\"city\":\"99A2\",$key}]#"
changed tsmd 'cities of four digits, each once' "s#\"ca\":\"ca/ca.pem\"#&,\"idents\":[{\"city\":\"9902\",$key},{\"city\":\"9902\",$key}]#"
changed tsmd 'cannot open' 's#"ca":"ca/ca.pem"#&,"idents":[{"city":"9902","platform_key":"no.pub","authority_key":"ca/user-ca-9902.sm2.pub"}]#'
changed tsmd 'exactly these fields' 's#"ca":"ca/ca.pem"#&,"idents":[{"city":"9902","platform_key":"ca/platform-9902-seal.sm2.pub"}]#'
changed tsmd 'cards must not go up' 's#"ca":"ca/ca.pem"#&,"cards":"../cards.json"#'

# Ride codes: one of the three alone, files that are none, a trip that no code can name.
changed keyd 'come together' 's#"ca":"ca/ca.pem"#&,"code_cert":"roots.json"#'
changed keyd 'come together' 's#"ca":"ca/ca.pem"#&,"code_platform":"01011000"#'
changed keyd 'exactly these fields' 's#"ca":"ca/ca.pem"#&,"code_platform":"0101100"#'
code='"code_cert":"nothing","code_key":"ca/payd.sm2","code_platform":"01011000"'
changed keyd 'cannot open' "s#\"ca\":\"ca/ca.pem\"#&,$code#"
changed keyd '234 hex digits' "s#\"ca\":\"ca/ca.pem\"#&,${code/nothing/roots.json}#"
changed platformd 'exactly these fields' 's#"params_version":1#&,"code_limit_fen":16777216#'
changed platformd 'exactly these fields' 's#"params_version":1#&,"code_life_s":0#'

# The OTA gateway: ports, a key that is none, roots that do not come together.
changed platformd 'must differ' 's#"params_version":1#&,"ota_port":20007#'
changed platformd 'exactly these fields' 's#"params_version":1#&,"ota_udp_port":0#'
changed platformd 'exactly these fields' 's#"params_version":1#&,"menu_root":"00"#'
cp roots.json whole.json
sed 's/}$/,"ota_kic":"000102030405060708090A0B0C0D0E0F"}/' whole.json >roots.json
refused keyd 'come together' keyd.json
cp whole.json roots.json

# Roots: one short, one missing.
cp roots.json good.json
sed 's/1E1F"/1E"/' good.json >roots.json
refused keyd 'exactly these fields' keyd.json
sed 's/"isd"/"isdn"/' good.json >roots.json
refused keyd 'exactly these fields' keyd.json
echo "bad_config: ok"
