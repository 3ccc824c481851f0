#!/usr/bin/env bash
# se.pcsc: a reader of its own, Debian's pcscd with vpcd's driver, and ykt-se in it;
# pcsc-client beside this file measures. Run in a build tree. Where the machine permits
# no namespaces it says so and measures nothing, so se.pcsc has no bar in bars.txt: the
# client fails under its limit.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
PATH=$PATH:/usr/sbin:/sbin

if [ "${SE_PCSC_INSIDE:-}" != yes ]; then
	for flags in "-m -n" "-r -m -n"; do
		# shellcheck disable=SC2086 # the flags are words
		if unshare $flags true 2>/dev/null; then
			SE_PCSC_INSIDE=yes exec unshare $flags "$0"
		fi
	done
	echo "se.pcsc: not measured: this machine permits no namespaces (unshare -m -n)" >&2
	exit 0
fi

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

# Waits at most ten seconds for a command to succeed.
await() {
	for _ in $(seq 100); do
		if "$@" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.1
	done
	echo "se.pcsc: no reader, or no card in it" >&2
	exit 1
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
await sh -c 'opensc-tool -l | grep -q "Virtual PCD"'
bin/ykt-se format "$folder/card.img" >/dev/null
bin/ykt-se run "$folder/card.img" --vpcd "127.0.0.1:$port" >"$folder/run.log" 2>&1 &
pids+=($!)
await sh -c 'opensc-tool -l | grep -q "^0 *Yes"'
bench/se/pcsc-client
