#!/usr/bin/env bash
# ykt-conform against a test card in a PC/SC reader: pcscd with vpcd's driver.
#
# usage: pcsc.sh YKT_SE YKT_CONFORM CASES
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "$1")
ykt_conform=$(readlink -f "$2")
cases=$(readlink -f "$3")

# shellcheck source=../../tools/pcsc-reader.sh
. "$(dirname "$0")/../../tools/pcsc-reader.sh"
pcsc_alone "$0" "$ykt_se" "$ykt_conform" "$cases" || exit $?

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

await() {
	local what=$1
	shift
	pcsc_await "$@" || fail "$what"
}

pcsc_start "$folder" || fail "pcscd offers no reader"
pids+=("$pcscd_pid")
"$ykt_se" testcard "$folder/card.img" >"$folder/make.log"
"$ykt_se" run "$folder/card.img" --vpcd "$pcsc_place" >"$folder/run.log" 2>&1 &
pids+=($!)
await "the card was not seen" pcsc_has_card Yes

"$ykt_conform" se --cases "$cases" --card pcsc:0 >"$folder/any.log" || fail "a stranger's card"
grep -q "^[1-9][0-9]* passed, 0 failed, " "$folder/any.log" || fail "no totals"
"$ykt_conform" se --cases "$cases" --card pcsc: --kind purse --write >"$folder/purse.log" ||
	fail "a test card"
grep -q "^[1-9][0-9]* passed, 0 failed, " "$folder/purse.log" || fail "no totals"
tail -n 1 "$folder/purse.log"
