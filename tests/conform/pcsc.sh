#!/usr/bin/env bash
# ykt-conform against a test card in a PC/SC reader: pcscd with vpcd's driver.
#
# pcscd serves one fixed socket, so the test has a mount and a network namespace
# of its own.
#
# usage: pcsc.sh YKT_SE YKT_CONFORM CASES
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "$1")
ykt_conform=$(readlink -f "$2")
cases=$(readlink -f "$3")

if [ "${CONFORM_INSIDE:-}" != yes ]; then
	for tool in pcscd opensc-tool ip; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$tool" >/dev/null || {
			echo "pcsc: $tool is not installed (pcscd, vsmartcard-vpcd, opensc, iproute2)"
			exit 1
		}
	done
	for flags in "-m -n" "-r -m -n"; do
		# shellcheck disable=SC2086 # the flags are words
		if unshare $flags true 2>/dev/null; then
			CONFORM_INSIDE=yes exec unshare $flags "$0" "$ykt_se" "$ykt_conform" "$cases"
		fi
	done
	echo "pcsc: skipped: this machine permits no namespaces (unshare -m -n)"
	exit 77
fi

PATH=$PATH:/usr/sbin:/sbin
port=35963
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
	echo "pcsc: $1"
	tail -n 20 "$folder"/*.log || true
	exit 1
}

# Waits at most ten seconds for a command to succeed.
await() {
	local what=$1
	shift
	for _ in $(seq 100); do
		if "$@" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.1
	done
	fail "$what"
}

ip link set lo up
mkdir -p /run/pcscd
mount -t tmpfs tmpfs /run/pcscd
mkdir "$folder/readers"
cat >"$folder/readers/vpcd" <<END
FRIENDLYNAME "Virtual PCD"
DEVICENAME   /dev/null:$port
LIBPATH      /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID    $port
END
pcscd -f -c "$folder/readers" >"$folder/pcscd.log" 2>&1 &
pids+=($!)
await "pcscd offers no reader" sh -c 'opensc-tool -l | grep -q "Virtual PCD"'
"$ykt_se" testcard "$folder/card.img" >"$folder/make.log"
"$ykt_se" run "$folder/card.img" --vpcd "127.0.0.1:$port" >"$folder/run.log" 2>&1 &
pids+=($!)
await "the card was not seen" sh -c 'opensc-tool -l | grep -q "^0 *Yes"'

"$ykt_conform" se --cases "$cases" --card pcsc:0 >"$folder/any.log" || fail "a stranger's card"
grep -q "^[1-9][0-9]* passed, 0 failed, " "$folder/any.log" || fail "no totals"
"$ykt_conform" se --cases "$cases" --card pcsc: --kind purse --write >"$folder/purse.log" ||
	fail "a test card"
grep -q "^[1-9][0-9]* passed, 0 failed, " "$folder/purse.log" || fail "no totals"
tail -n 1 "$folder/purse.log"
