#!/usr/bin/env bash
# The bill of materials is true of the programs that were built, and says what is wrong with
# one that is not.
#
# usage: bom.sh SOURCE PROGRAM...
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

source=$(readlink -f "${1:?usage: bom.sh SOURCE PROGRAM...}")
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
table=$source/data/components.tsv

fail() {
	echo "bom: $1"
	cat "$folder"/*.log 2>/dev/null || true
	exit 1
}
# refused TEXT: with the table at hand the bill is refused, and nothing is printed.
refused() {
	"$source/tools/bom" --table "$folder/table" "${programs[@]}" >"$folder/out.json" 2>"$folder/refused.log" &&
		fail "taken, though: $1"
	grep -q "$1" "$folder/refused.log" || fail "other words than: $1"
	[ ! -s "$folder/out.json" ] || fail "a bill was printed, though: $1"
}

programs=("$@")
"$source/tools/bom" "${programs[@]}" >"$folder/bill.json" 2>"$folder/bill.log" || fail "no bill"
jq -e '.bomFormat == "CycloneDX" and .specVersion == "1.5"
	and ([.components[].name] | contains(["libcrypto", "libcurl", "sqlite3"]))
	and all(.components[]; (.version | length) > 0 and (.licenses | length) == 1)' \
	"$folder/bill.json" >"$folder/jq.log" || fail "the bill lacks something"

grep -v '^sqlite3' "$table" >"$folder/table"
refused "needs libsqlite3.so.0, which has no row"
sed 's/^\(sqlite3\tlibsqlite3.so.0\t\)[0-9.]*/\199.1/' "$table" >"$folder/table"
refused "sqlite3 .* is older than 99.1"
{ cat "$table"; printf 'nothing\tlibnothing.so.1\t1\tMIT\tcore\tnothing\n'; } >"$folder/table"
refused "nothing: nobody needs it"
{ cat "$table"; printf 'nothing\n'; } >"$folder/table"
refused "has 1 fields, not 6"
cp "$table" "$folder/table"
programs=("$table")
refused "is no program"
echo "bom: $(jq '.components | length' "$folder/bill.json") libraries"
