#!/usr/bin/env bash
# The card fits the chip: "make size" as it is, and that it finds what does not fit, or
# reaches for an allocator. Skipped (77) only where the compiler for the chip is not
# installed (packages-size.txt).
#
# usage: size.sh SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

source=$(readlink -f "${1:?usage: size.sh SOURCE}")
unset CROSS_COMPILE
command -v arm-none-eabi-gcc >/dev/null || {
	echo "size: skipped, no arm-none-eabi-gcc (packages-size.txt)"
	exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$source/tools/size" "$folder/objects" || {
	echo "size: the card does not fit, or does not compile" >&2
	exit 1
}
# refused CODE: with this among the card's sources it is said.
refused() {
	rm -rf "$folder/tree"
	mkdir "$folder/tree"
	cp -r "$source/include" "$source/lib" "$source/tools" "$folder/tree"
	printf '%s\n' "$1" >"$folder/tree/lib/se/zz_extra.c"
	if "$folder/tree/tools/size" >"$folder/out" 2>&1; then
		cat "$folder/out"
		echo "size: taken, though: $1" >&2
		exit 1
	fi
}
refused 'const char large[131073] = { 1 };'
refused 'void *malloc(unsigned n); void *reach(void); void *reach(void) { return malloc(1); }'
