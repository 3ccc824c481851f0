#!/usr/bin/env bash
# Commands that need no cipher load neither the cipher library nor the HTTP
# library; one that needs it does, so that the look for them can fail.
#
# usage: plain.sh YKT YKT_SE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt=$(readlink -f "${1:?usage: plain.sh YKT YKT_SE}")
ykt_se=$(readlink -f "${2:?usage: plain.sh YKT YKT_SE}")
folder=$(mktemp -d)
card=
cleanup() {
	[ -z "$card" ] || { kill "$card" && wait "$card"; } 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "plain: $1"
	cat ./*.log 2>/dev/null | head -n 20
	exit 1
}

# The loader says each library that it opens, those of dlopen() too.
libraries() { grep -h -E 'calling init: |file=lib(crypto|curl|sodium)' loader.* | grep -o -E 'lib(crypto|curl|sodium)' | sort -u; }
run() {
	rm -f loader.*
	LD_DEBUG=files LD_DEBUG_OUTPUT="$folder/loader" "$ykt" --lang en "$@" >out.log 2>&1
	ls loader.* >/dev/null || fail "the loader did not say what it opened"
}

"$ykt_se" testcard --city 9901 card.img >made.log
"$ykt_se" run card.img --socket se.sock >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	[ ! -S se.sock ] || break
	sleep 0.1
done

for command in "card socket:se.sock" "inspect sw 6985" "functions"; do
	# shellcheck disable=SC2086
	run $command || fail "ykt $command failed"
	[ -z "$(libraries)" ] || fail "ykt $command loads $(libraries | tr '\n' ' ')"
done
run calc diversify 0123456789ABCDEF0123456789ABCDEF 0012345678901234 || true
[ "$(libraries)" = libcrypto ] || fail "a command with a key does without the cipher library: '$(libraries)'"
