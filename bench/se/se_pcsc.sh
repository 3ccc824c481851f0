#!/usr/bin/env bash
# se.pcsc: a reader of its own, Debian's pcscd with vpcd's driver, and ykt-se in it;
# pcsc-client beside this file measures. Run in a build tree. Where the machine permits
# no namespaces it says so and measures nothing, so se.pcsc has no bar in bars.txt: the
# client fails under its limit.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

# shellcheck source=../../tools/pcsc-reader.sh
. "$(dirname "$0")/pcsc-reader.sh"
code=0
pcsc_alone "$0" || code=$?
if [ "$code" -ne 0 ]; then
	echo "se.pcsc: not measured" >&2
	exit 0
fi

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

pcsc_start "$folder" || { echo "se.pcsc: no reader" >&2; exit 1; }
pids+=("$pcscd_pid")
bin/ykt-se format "$folder/card.img" >/dev/null
bin/ykt-se run "$folder/card.img" --vpcd "$pcsc_place" >"$folder/run.log" 2>&1 &
pids+=($!)
pcsc_await pcsc_has_card Yes || { echo "se.pcsc: no card in the reader" >&2; exit 1; }
bench/se/pcsc-client
