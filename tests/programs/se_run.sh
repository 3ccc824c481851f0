#!/usr/bin/env bash
# ykt-se as a process: images, locks, signals, lost answers, what survives -9.
#
# usage: se_run.sh YKT_SE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "${1:?usage: se_run.sh YKT_SE}")
folder=$(mktemp -d)
card=
cleanup() {
	[ -z "$card" ] || kill -KILL "$card" 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"
id=00112233445566778899AABBCCDDEEFF

fail() {
	echo "se_run: $1"
	head -n 20 ./*.log 2>/dev/null || true
	exit 1
}

# refused WORDS COMMAND...: it must fail and say so.
refused() {
	local words=$1
	shift
	if timeout 20 "$@" >refused.log 2>&1; then
		fail "not refused: $*"
	fi
	grep -q -- "$words" refused.log || fail "refused with other words than '$words': $*"
}

start() {
	: >run.log
	"$ykt_se" run card.img --socket wired --gate-socket gate --control control "$@" >run.log 2>&1 &
	card=$!
	for _ in $(seq 100); do
		grep -q "ready" run.log && return 0
		kill -0 "$card" 2>/dev/null || fail "ended before it was ready"
		sleep 0.1
	done
	fail "not ready in ten seconds"
}

stop() {
	kill "-$1" "$card"
	local code=0
	wait "$card" 2>/dev/null || code=$?
	card=
	[ "$code" -eq "$2" ] || fail "ended with $code after SIG$1"
}

# flip FILE SPOT BIT: one bit of it is another than before.
flip() {
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1")
	printf "\\x$(printf %02x $((byte ^ 1 << $3)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# Images.
refused "no such image" "$ykt_se" run card.img --socket wired
[ ! -e card.img ] || fail "an image was made by run"
refused "32 hex digits" "$ykt_se" format card.img --se-id 0011
"$ykt_se" format card.img --se-id "$id" >format.log
[ "$(stat -c %a card.img)" = 600 ] || fail "the image is open to others"
refused "holds a card already" "$ykt_se" format card.img
"$ykt_se" show card.img >show.log
grep -q "SE id $id" show.log || fail "the identity is not shown"
refused "nowhere to serve" "$ykt_se" run card.img
head -c 1000 card.img >cut.img && chmod 600 cut.img
refused "damaged" "$ykt_se" run cut.img --socket wired
head -c 81920 /dev/zero >empty.img && chmod 600 empty.img
refused "damaged" "$ykt_se" run empty.img --socket wired
cp card.img flipped.img
flip flipped.img 16500 3
refused "damaged" "$ykt_se" run flipped.img --socket wired
cp card.img open.img && chmod 666 open.img
refused "open.img" "$ykt_se" run open.img --socket wired
ln -s card.img link.img
refused "link.img" "$ykt_se" run link.img --socket wired
mkdir folder.img
refused "folder.img" "$ykt_se" run folder.img --socket wired
code=0
"$ykt_se" run 2>usage.log || code=$?
[ "$code" -eq 2 ] || fail "a wrong command line ended with $code"
refused "no such command" "$ykt_se" dance card.img
echo 101112131415161718191A1B1C1D1E1F >root && chmod 644 root
refused "others may read" "$ykt_se" format other.img --root root
chmod 600 root && echo 1011 >short && chmod 600 short
refused "holds no key" "$ykt_se" format other.img --root short
"$ykt_se" format other.img --root root --se-id "$id" >format.log
"$ykt_se" show other.img >show.log
grep -q "root is another" show.log || fail "another root opened the card"
"$ykt_se" show other.img --root root >show.log
grep -q "domain A000000151000000" show.log || fail "the registry is not shown"
# The same key among others, as ykt-keyd has it, and in lines.
printf '{"load":"00","isd":"101112131415161718191A1B1C1D1E1F","psam":"01"}' >root.json
printf 'psam = 01\nisd = 101112131415161718191A1B1C1D1E1F\n' >root.lines
printf '{"load":"101112131415161718191A1B1C1D1E1F","x":""}' >root.none
chmod 600 root.*
for file in root.json root.lines; do
	"$ykt_se" show other.img --root "$file" >show.log
	grep -q "domain A000000151000000" show.log || fail "$file was not understood"
done
refused "holds no key" "$ykt_se" show other.img --root root.none

# The keys of its menu's packets: roots of its own, all three, and their algorithm.
printf 'ota_kic = %s\nota_kid = %s\nota_payload = %s\n' "$id" "$id" "$id" >ota.roots
printf 'ota_kic = %s\nota_kid = %s\n' "$id" "$id" >ota.short
chmod 600 ota.*
"$ykt_se" format ota.img --se-id "$id" --ota-root ota.roots --ota-alg 3des >format.log
refused "holds no key 'ota_payload'" "$ykt_se" format bad.img --ota-root ota.short
refused "ota-alg" "$ykt_se" format bad.img --ota-alg des
# Which authority is which platform's is said by their order alone: none may be missing.
refused "one for each --platform-key" "$ykt_se" format bad.img --platform-key a --platform-key b --authority-key c
refused "room for 4 platforms" "$ykt_se" format bad.img --platform-key a --platform-key b --platform-key c --platform-key d \
	--platform-key e
[ ! -e bad.img ] || fail "a refused format left an image"

# The secure channel that a card was made for, and keys that are no root's.
echo 404142434445464748494A4B4C4D4E4F >factory.key
printf 'enc = 404142434445464748494A4B4C4D4E4F\nmac = 505152535455565758595A5B5C5D5E5F\ndek = 606162636465666768696A6B6C6D6E6F\n' >three.keys
chmod 600 factory.key three.keys
for scp in 02 03; do
	for keys in factory.key three.keys; do
		"$ykt_se" format gp.img --force --scp $scp --isd-keys $keys --se-id "$id" >format.log
		"$ykt_se" show gp.img --isd-keys $keys >show.log
		grep -q "domain A000000151000000" show.log || fail "no channel SCP$scp with $keys"
		grep -q "secure channel SCP03 i 70" show.log || fail "SCP03 is not shown"
		[ "$(grep -c "SCP02 i 15" show.log)" = $((scp == 02)) ] || fail "SCP02 is shown wrongly"
		"$ykt_se" show gp.img >show.log
		grep -q "root is another" show.log || fail "another key opened the card"
	done
	"$ykt_se" show gp.img --isd-keys factory.key >show.log
	grep -q "root is another" show.log || fail "one key of three opened the card"
done
"$ykt_se" format gp.img --force --se-id "$id" --scp 02 >format.log
"$ykt_se" show gp.img >show.log
grep -q "domain A000000151000000" show.log || fail "no channel SCP02 with keys from the root"
for scp in 03-60 02-35 02-55 02-75; do
	"$ykt_se" format gp.img --force --se-id "$id" --scp $scp >format.log
	"$ykt_se" show gp.img >show.log
	grep -q "domain A000000151000000" show.log || fail "no channel $scp"
	grep -q "SCP${scp%-*} i ${scp#*-}" show.log || fail "$scp is not shown"
done
cp gp.img before.img
refused "02-75 is needed" "$ykt_se" format gp.img --force --scp 01
refused "02-75 is needed" "$ykt_se" format gp.img --force --scp ""
refused "02-75 is needed" "$ykt_se" format gp.img --force --scp 02-1A
refused "holds no key 'enc'" "$ykt_se" format gp.img --force --isd-keys root.lines
refused "holds no key" "$ykt_se" format gp.img --force --isd-keys short
refused "No such file" "$ykt_se" format gp.img --force --isd-keys gone
refused "testcard takes no --scp" "$ykt_se" testcard gp.img --force --scp 02
refused "testcard takes no --isd-keys" "$ykt_se" testcard gp.img --force --isd-keys factory.key
cmp gp.img before.img || fail "a refused format wrote something"

# What a city adds to its cards.
cards() { printf '{"second_cap_fen":0,"second_overdraft_fen":0,"needs_pin":0,"needs_external":0,"fci":%s,"files":[{"sfi":"%s","size":8,"read":0,"update":0,"content":"C1C2"}]}' "$1" "$2"; }
cards 1 06 >cards.json
"$ykt_se" testcard gp.img --force --cards cards.json >format.log || fail "no test card with files"
cp gp.img before.img
cards 1 15 >cards.json
refused "no card takes" "$ykt_se" testcard gp.img --force --cards cards.json
cards 2 06 >cards.json
refused "no card takes" "$ykt_se" testcard gp.img --force --cards cards.json
cards 9 06 >cards.json
refused "not a configuration" "$ykt_se" testcard gp.img --force --cards cards.json
refused "No such file" "$ykt_se" testcard gp.img --force --cards gone
cmp gp.img before.img || fail "a refused testcard wrote something"

# The seal: nothing is readable without its key, and any wrong bit is found.
grep -q "YKT-CARD" card.img && fail "an image can be read in its file"
printf '{"seal":"A0A1A2A3A4A5A6A7A8A9AAABACADAEAF","x":""}' >seal.json
echo B0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF >other.key
chmod 600 seal.json other.key
"$ykt_se" format sealed.img --seal-key seal.json --se-id "$id" >format.log
"$ykt_se" show sealed.img --seal-key seal.json >show.log
grep -q "SE id $id" show.log || fail "the identity is not shown"
cp sealed.img before.img
refused "sealed with another key" "$ykt_se" show sealed.img
refused "sealed with another key" "$ykt_se" show sealed.img --seal-key other.key
refused "sealed with another key" "$ykt_se" run sealed.img --socket wired
refused "sealed with another key" "$ykt_se" format sealed.img --force
refused "sealed with another key" "$ykt_se" backup sealed.img copy.img
refused "sealed with another key" "$ykt_se" pack file sealed.img
refused "holds no key 'seal'" "$ykt_se" show sealed.img --seal-key short
[ ! -e copy.img ] && [ ! -e file ] || fail "half a copy was left"
"$ykt_se" backup sealed.img copy.img --seal-key seal.json
cmp -s sealed.img copy.img && fail "two seals are the same bytes"
for spot in 0 8 9 12 20 64 100 4095 4096 4110 4130 5000 20000 60000; do
	cp before.img sealed.img
	flip sealed.img $spot $((spot % 8))
	cp sealed.img bad.img
	refused "damaged" "$ykt_se" show sealed.img --seal-key seal.json
	refused "damaged" "$ykt_se" run sealed.img --socket wired --seal-key seal.json
	cmp -s sealed.img bad.img || fail "a damaged image was written to"
done
# Where nothing is, it is said, put right, and no card has lost anything.
cp before.img sealed.img
printf x | dd of=sealed.img bs=1 seek=$(($(stat -c %s sealed.img) - 9)) conv=notrunc status=none
"$ykt_se" show sealed.img --seal-key seal.json >show.log 2>spare.log
grep -q "SE id $id" show.log || fail "a card was lost to damage where nothing is"
grep -q "spare half is damaged" spare.log || fail "damage where nothing is was not said"

# Images of before the seal, of a size that is none, and of an older layout.
head -c 65536 /dev/zero >plain.img && chmod 600 plain.img
refused "not a sealed image" "$ykt_se" show plain.img
refused "not a card image\|plain images" "$ykt_se" import plain.img new.img
printf YKT-CARD\\0\\1 | dd of=plain.img bs=1 seek=16384 conv=notrunc status=none
refused "No such file" "$ykt_se" import gone.img new.img
refused "plain images" "$ykt_se" import cut.img new.img
refused "plain images" "$ykt_se" import card.img new.img
[ ! -e new.img ] || fail "half an import was left"

# One process a card.
start
refused "in use by another program" "$ykt_se" run card.img --socket wired2
refused "in use by another program" "$ykt_se" show card.img
refused "in use by another program" "$ykt_se" format card.img --force
refused "somebody serves there" "$ykt_se" run other.img --socket wired
"$ykt_se" show socket:./wired >show.log || fail "the card does not answer"
"$ykt_se" show socket:./gate >show.log || fail "the card does not answer the gate"

# A lost answer is lost once, and the link with it.
"$ykt_se" ctl control lose-answer A4 | grep -qx ok || fail "lose-answer"
refused "answer was lost" "$ykt_se" show socket:./wired
"$ykt_se" show socket:./wired >show.log || fail "the card does not come back"
"$ykt_se" ctl control status | grep -q "lost 1 waiting 0" || fail "the loss was not counted"
refused "error" "$ykt_se" ctl control lose-answer
refused "error" "$ykt_se" ctl control lose-answer 4
refused "error" "$ykt_se" ctl control dance

# Pulled, out of the field, without power: each side alone, and only that one.
where() {
	"$ykt_se" ctl control status | grep -q "waiting 0 card $1 field $2 power $3\$" ||
		fail "the card is not: $1, field $2, power $3"
}
ctl() {
	"$ykt_se" ctl control "$@" | grep -qx ok || fail "ctl $*"
}
there() { "$ykt_se" show "socket:./$1" >show.log || fail "no card at $1"; }
away() { refused "there is no card in the reader" "$ykt_se" show "socket:./$1"; }
where in on on
ctl pull && where out on on && away wired && there gate
ctl pull && away wired
ctl insert && where in on on && there wired
ctl field off && where in off on && there wired && away gate
ctl field on && there gate
ctl power off && where in on off && away wired && there gate
ctl power on && where in on on && there wired
ctl field off
ctl tap 60000 && there gate
ctl tap 1 && sleep 0.1 && where in off on && away gate
ctl field on && there gate
for wrong in "field" "field maybe" "power" "tap 0" "tap 60001" "tap -1" "tap 1x" \
	"tap 99999999999999999999" "pull on" "insert " " pull" "pullx"; do
	# shellcheck disable=SC2086 # words, as on a command line
	refused "error" "$ykt_se" ctl control "$wrong"
done
refused "no card process" "$ykt_se" ctl gone pull
refused "no answer" "$ykt_se" ctl control "$(head -c 200 /dev/zero | tr '\0' x)"
where in on on && there wired && there gate

# Signals: clean, and not.
stop TERM 0
[ ! -e wired ] && [ ! -e gate ] && [ ! -e control ] || fail "sockets were left"
start
stop KILL 137
[ -S wired ] || fail "the socket of a killed process is gone?"
start
"$ykt_se" show socket:./wired >show.log || fail "no card after a kill"
stop INT 0

# Volatile: the image stays as it was.
printf 'isd %s\n' "$(printf TEST-ISD-ROOT-01 | od -An -tx1 | tr -d ' ')" >test.root
chmod 600 test.root
before=$(sha256sum <card.img)
start --volatile
"$ykt_se" show socket:./wired --root test.root >show.log || fail "show with the test root"
stop TERM 0
[ "$(sha256sum <card.img)" = "$before" ] || fail "a volatile card kept something"
start
"$ykt_se" show socket:./wired --root test.root >show.log || fail "show with the test root"
# What the answers promised is in the image, also without a farewell.
stop KILL 137
[ "$(sha256sum <card.img)" != "$before" ] || fail "an opened channel left no trace"

# Many cards in one file and one process, each with its own places.
"$ykt_se" format second.img --se-id FFEEDDCCBBAA99887766554433221100 >format.log
"$ykt_se" pack many card.img second.img
refused "is there already" "$ykt_se" pack many card.img
refused "no such image" "$ykt_se" pack more card.img third.img
[ ! -e more ] || fail "half a container was left"
[ "$(stat -c %a many)" = 600 ] || fail "the container is open to others"
refused "many: holds 2 cards" "$ykt_se" run many --socket many.s
refused "damaged" "$ykt_se" run --container cut.img --socket many.s
"$ykt_se" run --container many --socket many.s --control many.c >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	grep -q "ready" run.log && break
	sleep 0.1
done
for n in 0 1; do
	"$ykt_se" show socket:./many.s.$n --root test.root >show.log || fail "card $n does not answer"
	cp show.log show.$n
done
grep -q "SE id $id" show.0 || fail "the first is another card"
grep -q "SE id FFEEDDCCBBAA99887766554433221100" show.1 || fail "the second is another card"
"$ykt_se" ctl many.c.1 lose-answer A4 | grep -qx ok || fail "lose-answer to the second"
"$ykt_se" show socket:./many.s.0 >show.log || fail "the first lost the second's answer"
refused "answer was lost" "$ykt_se" show socket:./many.s.1
# What the answers promised is in the file.
stop KILL 137
for n in 0 1; do
	"$ykt_se" unpack many $n out.$n
	cmp -s out.$n "$([ $n = 0 ] && echo card.img || echo second.img)" &&
		fail "an opened channel left no trace on card $n"
	"$ykt_se" show out.$n >show.log || fail "card $n does not start alone"
done
refused "no card number 2" "$ykt_se" unpack many 2 out.2
refused "is there already" "$ykt_se" unpack many 0 out.1
flip many 100000 5
refused "damaged" "$ykt_se" run --container many --socket many.s
refused "damaged" "$ykt_se" unpack many 0 out.3
[ ! -e out.3 ] || fail "half a card was unpacked"

# PSAM images.
"$ykt_se" psam-format psam.img >format.log
refused "holds a card already" "$ykt_se" psam-format psam.img
echo 0015 >dgis
refused "refused the groupings" "$ykt_se" psam-store psam.img dgis
refused "not groupings in hex" "$ykt_se" psam-store psam.img root2
refused "damaged" "$ykt_se" run psam.img --socket wired
refused "damaged" "$ykt_se" psam-store card.img dgis

echo "se_run: ok"
