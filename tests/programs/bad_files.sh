#!/usr/bin/env bash
# Files that are not what they should be, given to the programs that keep them: the
# card's image, the phone's store, the gate's queue and PSAM, a server's database. Each
# is refused with words, and not a byte of it changes (docs/bad-inputs.md 5.3).
#
# usage: bad_files.sh YKT YKT_SE YKT_VALIDATOR YKT_KEYD MAKE_CARD MAKE_CA
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

[ $# -eq 6 ] || { sed -n 's/^# usage/usage/p' "$0"; exit 2; }
folder=$(mktemp -d)
pids=
cleanup() {
	for pid in $pids; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	chmod -R u+w "$folder" 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
mkdir "$folder/bin"
for program in "$1" "$2" "$3" "$4" "$5"; do
	cp "$program" "$folder/bin/"
done
make_ca=$(readlink -f "$6")
cd "$folder"
PATH=$folder/bin:$PATH

# The superuser may write everywhere: what must be read-only is tried as somebody else.
cat >"$folder/bin/as_user" <<'SH'
#!/bin/sh
[ "$(id -u)" -ne 0 ] || exec setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"
exec "$@"
SH
chmod 755 "$folder/bin/as_user"

fail() {
	echo "bad_files: $1"
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

# Everything about a place: names, kinds, modes, sizes, contents of small files.
picture() {
	find "$1" -printf '%p %y %m %s %l\n' | sort
	find "$1" -type f -size -1000k -exec cksum {} + | sort
}

# refused WORDS PLACE COMMAND...: it fails, says WORDS, and PLACE is as it was.
refused() {
	local words=$1 place=$2 code=0 before after
	shift 2
	before=$(picture "$place")
	timeout 30 "$@" >refused.log 2>&1 </dev/null || code=$?
	after=$(picture "$place")
	[ "$code" -ge 1 ] && [ "$code" -le 4 ] || fail "exit $code: $*"
	grep -q -- "$words" refused.log || fail "other words than '$words': $*"
	[ "$before" = "$after" ] || fail "changed by: $*"
}

# spoilt WORDS DAMAGED FILE COMMAND...: every way in which a file can be none. spots are
# the bytes that get a wrong bit: of a PSAM's image not the journal, where a torn record is
# no fault, and of none the room behind what it holds.
spoilt() {
	local words=$1 damaged=$2 file=$3 size
	shift 3
	size=$(stat -c %s "$file")
	cp -p "$file" kept
	: >"$file"
	refused "$damaged" "$file" "$@"
	for cut in 1 2 16 $((size / 2)) $((size - 1)); do
		head -c "$cut" kept >"$file"
		refused "$damaged" "$file" "$@"
	done
	{ cat kept && printf x; } >"$file"
	refused "$damaged" "$file" "$@"
	for spot in $spots; do
		cp kept "$file"
		flip "$file" "$spot"
		refused "$damaged" "$file" "$@"
	done
	truncate -s 10G "$file"
	refused "$damaged" "$file" "$@"
	cp kept "$file"
	for mode in 666 640 604; do
		chmod "$mode" "$file"
		refused "$words" "$file" "$@"
	done
	rm "$file"
	ln -s "$folder/kept" "$file"
	chmod 600 kept
	refused "$words" "$file" "$@"
	rm "$file"
	ln -s nowhere "$file"
	refused "$words" "$file" "$@"
	rm "$file"
	mkdir "$file"
	refused "$words" "$file" "$@"
	rmdir "$file"
	mkfifo "$file"
	refused "$words" "$file" "$@"
	rm "$file"
	mv kept "$file"
	chmod 600 "$file"
}

# One bit of the byte at this place is the other one.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059
	printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

bash "$make_ca" ca >ca.log 2>&1 || fail "no certificates"
port=$((20000 + RANDOM % 20000))
cat >roots.json <<'JSON'
{"purchase":"101112131415161718191A1B1C1D1E1F","load":"202122232425262728292A2B2C2D2E2F",
"tac":"303132333435363738393A3B3C3D3E3F","maintenance":"404142434445464748494A4B4C4D4E4F",
"isd":"544553542D4953442D524F4F542D3031","ssd":"544553542D5353442D524F4F542D3031",
"psam":"544553542D5452414E53504F52542D31"}
JSON
chmod 600 roots.json
cat >keyd.json <<JSON
{"city":"9901","issuer":"01011000FFFFFFFF","port":$port,"database":"keyd.db","roots":"roots.json",
"cert":"ca/keyd-9901.pem","key":"ca/keyd-9901.key","ca":"ca/ca.pem"}
JSON
cat >gate.json <<JSON
{"kind":"bus","city":"9901","institution":"01011000FFFFFFFF","operator":"0001","line":"0001",
"station":"0001","terminal":"310000000101","issuers":[],"metro_base_fen":300,"metro_step_fen":100,
"metro_base_stations":4,"metro_step_stations":4,"bus_fen":200,"tap_cap_fen":30000,
"balance_cap_fen":100000,"torn_window_s":600,"state":"queue","psam_image":"gate.psam",
"card":"socket:gate.sock","platform":"https://127.0.0.1:1",
"platform_pub":"ca/platform-9901.sm2.pub","cert":"ca/gate-310000000001.pem",
"key":"ca/gate-310000000001.key","ca":"ca/ca.pem","keyd":"https://127.0.0.1:$port",
"operator_cert":"ca/operator.pem","operator_key":"ca/operator.key"}
JSON
sed 's/310000000101/310000000102/; s/gate.psam/other.psam/' gate.json >other.json
cat >phone.json <<'JSON'
{"platform":"https://127.0.0.1:1","tsm":"https://127.0.0.1:1","psp":"https://127.0.0.1:1",
"ca":"ca/ca.pem","platform_key":"ca/platform-9901.sm2.pub","state":"phone","se":"socket:none.sock"}
JSON

# Good ones: a database, two PSAMs, a card, a ride, a phone.
ykt-keyd keyd.json >keyd.log 2>&1 &
pids=$!
ready "$pids" keyd.log
ykt-validator psam gate.json >psam.log 2>&1 || fail "no PSAM"
ykt-validator psam other.json >psam.log 2>&1 || fail "no other PSAM"
# Two processes at one database.
refused 'another process has it open' roots.json ykt-keyd keyd.json
kill -TERM "$pids"
wait "$pids" || fail "ykt-keyd ended badly"
pids=
make-card card.img >card.log 2>&1 || fail "no card"
ykt-se run card.img --gate-socket gate.sock >se.log 2>&1 &
pids=$!
ready "$pids" se.log
ykt-validator tap gate.json >tap.log 2>&1 || fail "no ride"
# Two processes at one card.
refused 'in use by another program' card.img ykt-se show card.img
kill -TERM "$pids"
wait "$pids" || fail "ykt-se ended badly"
pids=
ykt balance --config phone.json >phone.log 2>&1 </dev/null && fail "a balance from nowhere"
[ -f phone/store ] && [ -f phone/device ] || fail "no store"

spots='0 9 12 40 64 2000 4096 4106 4128 4200 16400 30000 45000 69000'
spoilt 'card.img' 'or damaged' card.img ykt-se show card.img
# Images from before they were sealed: taken over, with what was on them, or not at all.
(umask 077 && make-card old.plain) >card.log 2>&1 || fail "no plain card"
ykt-se import old.plain new.img || fail "a plain image was not taken over"
ykt-se show new.img >new.log 2>&1 && grep -q 'balance 100.00' new.log ||
	fail "another card was taken over"
refused 'is there already' new.img ykt-se import old.plain new.img
refused 'not a sealed image' old.plain ykt-se show old.plain
flip old.plain 16393
refused 'a card of layout [0-9]*; this program has layout' old.plain \
	ykt-se import old.plain other.img
flip old.plain 16393
flip old.plain 30000
refused 'not a card image, or damaged' old.plain ykt-se import old.plain other.img
[ ! -e other.img ] || fail "half an import was left"
spots='16400 16700'
spoilt 'gate.psam' 'gate.psam' gate.psam ykt-validator show gate.json
spots='0 9 40 100'
spoilt 'the validator cannot start' 'a file in it is damaged' queue/state \
	ykt-validator show gate.json
spots='0 9 31'
for file in store device; do
	spoilt 'cannot start' 'changed or belongs to another device' phone/$file \
		ykt balance --config phone.json
done

# Another device's, another card's, another gate's.
mkdir -m 700 other
sed 's/"state":"phone"/"state":"other"/' phone.json >other-phone.json
ykt balance --config other-phone.json >phone.log 2>&1 </dev/null && fail "a balance from nowhere"
cp other/store kept && cp -p phone/store other/store
refused 'belongs to another device' other ykt balance --config other-phone.json
cp kept other/store
refused 'it was made with another PSAM' queue ykt-validator show other.json

# No folder, a file for a folder, and a folder that nothing can be made in.
refused 'no such image' ca ykt-se run nowhere/card.img --socket s
: >plain
sed 's#"state":"phone"#"state":"plain"#' phone.json >changed.json
refused 'cannot be used' plain ykt balance --config changed.json
sed 's#"state":"queue"#"state":"plain/queue"#' gate.json >changed.json
refused 'state' plain ykt-validator show changed.json
sed 's#"keyd.db"#"nowhere/keyd.db"#' keyd.json >changed.json
refused 'the folder missing' ca ykt-keyd changed.json
[ ! -e nowhere ] || fail "a folder was made for a database"

# Files of keys that others may read, or that are another user's.
for mode in 640 604 620; do
	chmod $mode roots.json gate.psam
	refused 'roots.json: it holds keys and others have rights to it' roots.json ykt-keyd keyd.json
	refused 'gate.psam: it holds keys and others have rights to it' gate.psam ykt-validator show gate.json
done
chmod 600 roots.json gate.psam
if [ "$(id -u)" -eq 0 ]; then
	chown 65534 roots.json gate.psam
	refused 'roots.json: it holds keys and belongs to another user' roots.json ykt-keyd keyd.json
	refused 'gate.psam: it holds keys and belongs to another user' gate.psam ykt-validator show gate.json
	chown 0 roots.json gate.psam
fi
mkdir folder.json
sed 's#"roots.json"#"folder.json"#' keyd.json >changed.json
refused 'folder.json: it is no file' ca ykt-keyd changed.json
rmdir folder.json

# Read-only: nothing is made, nothing is changed.
chmod -R go+rX . && mkdir fixed && cp -p card.img fixed/card.img
sed 's#"state":"queue"#"state":"fixed/state"#' gate.json >gate-fixed.json
sed 's#"state":"phone"#"state":"fixed/state"#' phone.json >phone-fixed.json
sed 's#"keyd.db"#"fixed/keyd.db"#' keyd.json >keyd-fixed.json
[ "$(id -u)" -ne 0 ] || chown 65534 fixed fixed/card.img gate.psam roots.json
chmod 600 fixed/card.img gate.psam roots.json
chmod 400 fixed/card.img
chmod 500 fixed
refused 'fixed/card.img' fixed as_user ykt-se show fixed/card.img
refused 'cannot be used' fixed as_user ykt balance --config phone-fixed.json
refused 'fixed/state' fixed as_user ykt-validator show gate-fixed.json
chmod 755 fixed && mkdir fixed/state && chmod 500 fixed/state fixed
[ "$(id -u)" -ne 0 ] || chown 65534 fixed/state
refused 'cannot start' fixed as_user ykt balance --config phone-fixed.json
refused 'keyd.db' fixed as_user ykt-keyd keyd-fixed.json

echo "bad_files: ok"
