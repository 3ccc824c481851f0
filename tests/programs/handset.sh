#!/bin/sh
# ykt menu and ykt handset against ykt-se: a menu is compiled, loaded and used.
# usage: handset.sh YKT YKT-SE MENU-SOURCE
# SPDX-License-Identifier: Apache-2.0
set -eu
ykt=$(readlink -f "$1")
ykt_se=$(readlink -f "$2")
source=$(readlink -f "$3")
folder=$(mktemp -d)
cd "$folder"
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
fail() {
	echo "handset.sh: $*" >&2
	exit 1
}
# "TEST menu root key, not for use!"
key=54455354206D656E7520726F6F74206B65792C206E6F7420666F722075736521

"$ykt_se" testcard card.img >made.log 2>&1 || {
	grep -q "refuses test keys" made.log && exit 77
	cat made.log
	fail "no test card"
}
"$ykt_se" run card.img --socket wired.sock >se.log 2>&1 &
pid=$!
for _ in $(seq 100); do
	grep -q ready se.log && break
	sleep 0.1
done
code=0
"$ykt" handset socket:wired.sock </dev/null >none.log 2>&1 || code=$?
[ "$code" = 1 ] && grep -q "no menu" none.log || fail "a card without a menu has one"
"$ykt" --lang zh menu --key "$key" --card socket:wired.sock <"$source" >menu.json ||
	fail "the menu was not taken"
code=0
"$ykt" handset --sms nowhere socket:wired.sock </dev/null >sms.log 2>&1 || code=$?
[ "$code" = 2 ] && grep -q "IP address" sms.log || fail "--sms takes anything"
# The card; its balance, no records, its number; back; settings; another PIN; out.
printf '%s\n' 1 1 2 3 0 5 1 123456 4321 4321 0 0 |
	"$ykt" --lang zh handset socket:wired.sock >seen.log || fail "the handset gave up"
for text in 我的卡 "0.00 元" 没有记录 3105990100000000001 密码已修改; do
	grep -q "$text" seen.log || fail "not seen: $text"
done
# The same version does not come again; a newer one does.
"$ykt" menu --key "$key" --card socket:wired.sock <"$source" >/dev/null 2>&1 &&
	fail "a version came twice"
"$ykt" menu --key "$key" --number 2 --card socket:wired.sock <"$source" >/dev/null ||
	fail "no upgrade"
printf '0\n' | "$ykt" handset socket:wired.sock >upgraded.log || fail "the new menu does not start"
grep -q "Transport card" upgraded.log || fail "it is not the new menu"
# Another root's package is none.
other=54455354206F7468657220726F6F74206B65792C206E6F7420666F7220757321
"$ykt" menu --key "$other" --number 3 --card socket:wired.sock <"$source" >/dev/null 2>&1 &&
	fail "a stranger's menu was taken"
# The menu is in the file, not in the process.
kill "$pid"
wait "$pid" || true
"$ykt_se" run card.img --socket wired.sock >se.log 2>&1 &
pid=$!
for _ in $(seq 100); do
	grep -q ready se.log && break
	sleep 0.1
done
printf '0\n' | "$ykt" handset socket:wired.sock >again.log || fail "the menu is gone"
grep -q "Transport card" again.log || fail "the menu is another"
echo "handset.sh: ok"
