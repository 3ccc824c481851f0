#!/usr/bin/env bash
# ykt-se as a card in a PC/SC reader: pcscd with vpcd's driver, looked at by
# opensc-tool, pcsc_scan, scriptor and by our own PC/SC driver.
#
# usage: se_pcsc.sh YKT_SE PROBE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "${1:?usage: se_pcsc.sh YKT_SE PROBE}")
probe=$(readlink -f "${2:?usage: se_pcsc.sh YKT_SE PROBE}")

# shellcheck source=../../tools/pcsc-reader.sh
. "$(dirname "$0")/../../tools/pcsc-reader.sh"
pcsc_alone "$0" "$ykt_se" "$probe" || exit $?
for tool in pcsc_scan scriptor; do
	command -v "$tool" >/dev/null || {
		echo "se_pcsc: $tool is not installed (pcsc-tools)"
		exit 1
	}
done

folder=$(mktemp -d)
pids=()
cleanup() {
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$folder"
}
trap cleanup EXIT

fail() {
	echo "se_pcsc: $1"
	sed 's/^/  | /' "$folder"/*.log || true
	exit 1
}

await() {
	local what=$1
	shift
	pcsc_await "$@" || fail "$what"
}

pcsc_start "$folder" || fail "pcscd offers no reader"
pids+=("$pcscd_pid")

# No card yet: each way of asking says so.
"$ykt_se" show pcsc: >"$folder/none.log" 2>&1 && fail "a card was found where none is"
grep -q "there is no card in the reader" "$folder/none.log" || fail "an empty reader was not named"
"$ykt_se" show pcsc:Elsewhere >"$folder/none.log" 2>&1 && fail "a foreign reader was found"
grep -q "there is no such card reader" "$folder/none.log" || fail "a missing reader was not named"

"$ykt_se" format "$folder/card.img" --se-id 59414E47000000000000000000000001 >"$folder/format.log"
"$ykt_se" run "$folder/card.img" --vpcd "$pcsc_place" --control "$folder/control" \
	>"$folder/run.log" 2>&1 &
card=$!
pids+=("$card")
await "the card was not seen" pcsc_has_card Yes

atr=$(opensc-tool -r 0 -a)
[ "$atr" = "3b:86:80:01:59:4b:54:2d:53:45:7a" ] || fail "another ATR: $atr"

answer=$(opensc-tool -r 0 -s 00A404000E325041592E5359532E444446303100)
echo "$answer" | grep -q "SW1=0x" || fail "no answer to SELECT PPSE"
echo "$answer" | grep -Eq "SW1=0x(90|6A)" || fail "SELECT PPSE: $answer"

# pcsc_scan: the reader, and the card in it.
timeout 20 pcsc_scan -r >"$folder/scan.log" 2>&1 || true
grep -q "Virtual PCD 00 00" "$folder/scan.log" || fail "pcsc_scan lists no reader"
timeout 3 pcsc_scan -n >"$folder/scan.log" 2>&1 || true
tr -d '\033' <"$folder/scan.log" | grep -q "3B 86 80 01 59 4B 54 2D 53 45 7A" ||
	fail "pcsc_scan sees another card"

# scriptor: select the issuer's domain, ask for the card's number, and for what is not there.
printf '00 A4 04 00 08 A0 00 00 01 51 00 00 00 00\n80 CA 00 45 00\n80 CA 00 46 00\n' \
	>"$folder/apdus"
timeout 20 scriptor -r "Virtual PCD 00 00" "$folder/apdus" >"$folder/scriptor.log" 2>&1 ||
	fail "scriptor"
[ "$(grep -c "90 00 : Normal" "$folder/scriptor.log")" -eq 2 ] ||
	fail "scriptor: not two commands of three were done"
grep -q "^< 6A 88 : " "$folder/scriptor.log" || fail "scriptor: the third was not refused"
tr -d '\n' <"$folder/scriptor.log" | grep -q "59 41 4E 47 00 00 00 00 00 00 00 00 00 00 00 01" ||
	fail "scriptor: another card number"

# Our own driver: by index, by name, and the first with a card.
for address in pcsc:0 "pcsc:Virtual PCD" pcsc:; do
	"$ykt_se" show "$address" >"$folder/show.log" 2>&1 || fail "show $address"
done
"$probe" "pcsc:0" || fail "the probe"

# Pulled and put back by a word to the process; the reader sees both.
"$ykt_se" ctl "$folder/control" pull >"$folder/ctl.log" || fail "ctl pull"
await "a pulled card is still seen" pcsc_has_card No
"$ykt_se" show pcsc:0 >"$folder/none.log" 2>&1 && fail "a card was found after it was pulled"
grep -q "there is no card in the reader" "$folder/none.log" || fail "a pulled card was not named"
"$ykt_se" ctl "$folder/control" insert >"$folder/ctl.log" || fail "ctl insert"
await "the card did not come back" pcsc_has_card Yes
"$ykt_se" show pcsc:0 >"$folder/show.log" 2>&1 || fail "show after insert"
"$ykt_se" ctl "$folder/control" power off >"$folder/ctl.log" || fail "ctl power off"
await "a card without power is seen" pcsc_has_card No
"$ykt_se" ctl "$folder/control" power on >"$folder/ctl.log" || fail "ctl power on"
await "the card did not come back" pcsc_has_card Yes

# Taken out, the card is named as missing; put back, it is there again.
kill -TERM "$card"
wait "$card" || fail "ykt-se did not end well"
await "the card is still seen" pcsc_has_card No
"$ykt_se" show pcsc:0 >"$folder/none.log" 2>&1 && fail "a card was found after it was taken out"
grep -q "there is no card in the reader" "$folder/none.log" || fail "a card taken out was not named"
"$ykt_se" run "$folder/card.img" --vpcd "$pcsc_place" --vpcd-contactless \
	>"$folder/run.log" 2>&1 &
card=$!
pids+=("$card")
await "the contactless card was not seen" pcsc_has_card Yes
# The ATR that PC/SC makes of the same historical bytes.
atr=$(opensc-tool -r 0 -a)
[ "$atr" = "3b:86:80:01:59:4b:54:2d:53:45:7a" ] || fail "another contactless ATR: $atr"
"$probe" "pcsc:0" || fail "the probe, contactless"

# What GlobalPlatform tools ask first, of a card that has their keys and their channel: the
# issuer's domain without its name, what the card says of itself, and SCP02.
kill -TERM "$card"
wait "$card" || fail "ykt-se did not end well"
echo 404142434445464748494A4B4C4D4E4F >"$folder/factory.key"
chmod 600 "$folder/factory.key"
"$ykt_se" format "$folder/gp.img" --scp=02 --isd-keys="$folder/factory.key" >"$folder/format.log"
await "the card is still seen" pcsc_has_card No
"$ykt_se" run "$folder/gp.img" --vpcd "$pcsc_place" >"$folder/run.log" 2>&1 &
pids+=($!)
await "the GlobalPlatform card was not seen" pcsc_has_card Yes
printf '00 A4 04 00 00\n80 CA 9F 7F 00\n80 CA 00 66 00\n80 CA 00 E0 00\n80 50 00 00 08 01 02 03 04 05 06 07 08 00\n' \
	>"$folder/apdus"
timeout 20 scriptor -r "Virtual PCD 00 00" "$folder/apdus" >"$folder/scriptor.log" 2>&1 ||
	fail "scriptor"
[ "$(grep -c "90 00 : Normal" "$folder/scriptor.log")" -eq 5 ] ||
	fail "not every question of a GlobalPlatform tool was answered"
# Ten bytes of the card, key version 30, SCP 02.
tr -d '\n' <"$folder/scriptor.log" | grep -Eq "< ([0-9A-F]{2} ){10}30 02 " ||
	fail "INITIALIZE UPDATE was not answered with SCP02"
"$ykt_se" show pcsc:0 --isd-keys="$folder/factory.key" >"$folder/show.log" 2>&1 ||
	fail "show with the factory key"
grep -q "secure channel SCP02" "$folder/show.log" || fail "SCP02 is not shown"
grep -q "domain A000000151000000 state 0F" "$folder/show.log" || fail "GET STATUS lists no domain"

echo "se_pcsc: ok"
