#!/usr/bin/env bash
# ykt-se used wrongly: each command with what a new user gets wrong. The exit code says whose
# fault it is (2: the command line's), the words say what to do, and no file in the folder is
# another one afterwards.
#
# usage: se_misuse.sh YKT-SE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
umask 077

ykt_se=$(readlink -f "${1:?usage: se_misuse.sh YKT-SE}")
dir=$(mktemp -d)
card=
cleanup() {
	[ -z "$card" ] || kill -KILL "$card" 2>/dev/null || true
	wait 2>/dev/null || true
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 143' INT TERM
cd "$dir"
mkdir box
cd box

fail() {
	echo "se_misuse: $1" >&2
	cat ../said.log >&2
	exit 1
}

# What is in the folder, by name and content; sockets have none.
picture() {
	ls -A
	find . -type f -exec sha256sum {} + | sort
}

# misuse CODE WORDS ARGUMENT...
misuse() {
	local want=$1 words=$2 code=0 before
	shift 2
	before=$(picture)
	timeout 20 "$ykt_se" "$@" >../said.log 2>&1 </dev/null || code=$?
	[ "$code" -eq "$want" ] || fail "exit $code, not $want: $*"
	grep -qF -e "$words" ../said.log || fail "other words than '$words': $*"
	[ "$before" = "$(picture)" ] || fail "something has changed: $*"
}

start() {
	"$ykt_se" run card.img --socket wired >../run.log 2>&1 &
	card=$!
	for _ in $(seq 100); do
		grep -q ready ../run.log && return 0
		sleep 0.1
	done
	fail "not ready in ten seconds"
}

stop() {
	kill -TERM "$card"
	wait "$card" || fail "the card ended badly"
	card=
}

# Cities, identities, keys.
for city in '' 99 99A1 990 99010 '٩٩٠١' '99 1'; do
	misuse 2 'city: four digits are needed, such as 9901' testcard --city "$city" card.img
done
misuse 2 'se-id: 32 hex digits are needed' format --se-id 12 card.img
misuse 2 'se-id: 32 hex digits are needed' format --se-id G0112233445566778899AABBCCDDEEFF card.img
misuse 2 'is needed, not 04' format --scp 04 card.img
misuse 2 'a point of the SM2 curve is needed' format --menu-root 00 card.img
misuse 2 'aes or 3des is needed, not des' format --ota-alg des card.img
misuse 1 'none.key: No such file' format --seal-key none.key card.img
echo 00 >short.key
misuse 1 "short.key: holds no key 'seal' of 16 bytes" format --seal-key short.key card.img
chmod 644 short.key
misuse 1 'chmod 600' format --seal-key short.key card.img
misuse 1 'nowhere/card.img: No such file or directory' testcard nowhere/card.img
misuse 1 '.: Is a directory' testcard .
misuse 2 'wrong number of arguments to testcard' testcard
misuse 2 'wrong number of arguments to backup' backup card.img

# Options of other commands: said, not passed over. The card's name is free, so that nothing but
# the option is wrong.
misuse 2 'format takes no --city' format --city 9901 card.img
misuse 2 'format takes no --socket' format card.img --socket wired
misuse 2 'format takes no --cards' format --cards none card.img
for option in --plain-channel --scp=02 --isd-keys=none --volatile --container --vpcd-contactless; do
	name=${option%%=*}
	misuse 2 "testcard takes no $name" testcard "$option" card.img
done
misuse 2 'run takes no --force' run --force card.img --socket wired
misuse 2 'run takes no --se-id' run card.img --socket wired --se-id 00112233445566778899AABBCCDDEEFF
misuse 2 'show takes no --city' show --city 9901 card.img
misuse 2 'ctl takes no --control' ctl --control there wired status
misuse 2 'pack takes no --force' pack --force many card.img
misuse 2 'unpack takes no --force' unpack --force many 0 card.img
misuse 2 'import takes no --force' import --force old.img card.img
misuse 2 'psam-format takes no --seal-key' psam-format --seal-key none psam.img
misuse 2 'psam-store takes no --root' psam-store --root none psam.img dgis
chinese=$(env LC_ALL=zh_CN.UTF-8 "$ykt_se" format --city 9901 card.img 2>&1 || true)
[ "$chinese" = 'ykt-se: format 没有 --city 选项（见 --help）' ] || fail "not in Chinese: $chinese"

# A card that is there.
"$ykt_se" testcard card.img >../said.log || fail "no card"
misuse 2 'nowhere to serve' run card.img
# The first start brings home what making the card left in its journal.
start
stop
misuse 1 'card.img: holds a card already; --force overwrites it' testcard card.img
misuse 1 'card.img: holds a card already; --force overwrites it' format card.img
"$ykt_se" backup card.img copy.img >../said.log || fail "no copy"
misuse 1 'copy.img: holds a card already' backup card.img copy.img
misuse 2 'backup takes no --volatile' backup --volatile card.img new.img
misuse 2 'testcard takes no --scp' testcard --force --scp 02 card.img
misuse 2 'backup: card.img and ./card.img are one file' backup card.img ./card.img
misuse 2 'are one file' backup --force card.img card.img
ln card.img hard.img
misuse 2 'backup: card.img and hard.img are one file' backup --force card.img hard.img
rm hard.img
misuse 1 'none.img: no such image' backup none.img new.img
ln -s card.img link.img
misuse 1 'link.img: a symbolic link, which is not followed' show link.img
chmod 640 copy.img
misuse 1 'not a plain file that only its owner' show copy.img
chmod 600 copy.img
misuse 1 'needs no import' import card.img new.img

# Several in one file.
"$ykt_se" pack many card.img copy.img >../said.log || fail "no container"
misuse 1 "many: holds 2 cards; 'run --container' serves them, 'unpack' takes one out" show many
misuse 1 'many: holds 2 cards' run many --socket wired
misuse 1 'many: holds 2 cards' backup many new.img
misuse 1 'many: holds 2 cards' pack more card.img many
misuse 1 'many: has no card number 2' unpack many 2 new.img
misuse 1 'many: has no card number one' unpack many one new.img
misuse 1 'card.img: is there already' unpack many 0 card.img
misuse 1 'many: is there already' pack many card.img

# Readers and places that are none.
misuse 1 'socket:none: there is nobody at that address' show socket:none
misuse 1 'nowhere/s: cannot listen there: No such file or directory' run card.img --socket nowhere/s
misuse 1 'not a path, or HOST:PORT of this machine' run card.img --socket 192.0.2.1:7000
misuse 1 'no card process takes commands there' ctl none status

# Two processes at one card; a copy is one thing, the card in use another.
start
misuse 1 'card.img: in use by another program' run card.img --socket other
misuse 1 'card.img: in use by another program' show card.img
misuse 1 'card.img: in use by another program' backup card.img new.img
misuse 1 'card.img: in use by another program' backup --force copy.img card.img
misuse 1 'card.img: in use by another program' testcard --force card.img
misuse 1 'wired: somebody serves there already' run copy.img --socket wired
stop

# A disk that is full, in the length that a file may have: no half of a card is left.
code=0
(trap '' XFSZ && ulimit -f 100 && "$ykt_se" testcard full.img) >../said.log 2>&1 || code=$?
[ "$code" -eq 1 ] || fail "exit $code on a full disk"
grep -q 'full.img: File too large' ../said.log || fail "other words on a full disk"
[ "$(find . -name 'full*')" = "" ] || fail "half a card on a full disk"

# Killed by that limit in the middle of its writing: not even the half has a name, where the file
# system knows files without one.
if python3 -c 'import os; os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)' 2>/dev/null; then
	code=0
	{ (ulimit -c 0 && ulimit -f 100 && exec "$ykt_se" testcard full.img) >../said.log 2>&1; } 2>/dev/null || code=$?
	[ "$code" -gt 128 ] || fail "exit $code, not killed"
	[ "$(find . -name 'full*')" = "" ] || fail "a killed command left its half"
fi
echo "se_misuse: ok"
