# A card of ours in a PC/SC reader, for the tools of others. To be sourced by a test that
# has called pcsc_alone; needs bash, set -e and the test's name in $name.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154 # pcscd_pid and pcsc_place: tools/pcsc-reader.sh

folder=$(mktemp -d)
pids=()
# The keys that such tools use unless they are told of others.
factory_key=404142434445464748494A4B4C4D4E4F

reader_cleanup() {
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
	rm -rf "$folder"
}
trap reader_cleanup EXIT

fail() {
	echo "$name: $1"
	sed 's/^/  | /' "$folder"/*.log || true
	exit 1
}

# reader_start: the reader, and the file of factory keys.
reader_start() {
	pcsc_start "$folder" || fail "pcscd offers no reader"
	pids+=("$pcscd_pid")
	echo "$factory_key" >"$folder/factory.key"
	chmod 600 "$folder/factory.key"
}

# reader_card YKT_SE IMAGE OPTION...: makes a card with the factory keys and puts it in.
reader_card() {
	local ykt_se=$1 image=$folder/$2
	shift 2
	"$ykt_se" format "$image" --isd-keys="$folder/factory.key" "$@" >"$folder/format.log"
	"$ykt_se" run "$image" --vpcd "$pcsc_place" >"$folder/run.log" 2>&1 &
	card=$!
	pids+=("$card")
	pcsc_await pcsc_has_card Yes || fail "the card was not seen"
}

# reader_empty: ends the card, which must end well.
reader_empty() {
	kill -TERM "$card"
	wait "$card" || fail "ykt-se did not end well"
	pcsc_await pcsc_has_card No || fail "the card is still seen"
}
