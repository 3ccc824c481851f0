#!/usr/bin/env bash
# ykt-conform code: every case on our own check, on a command as the terminal, on
# terminals that are wrong, and through drawn symbols.
#
# usage: code.sh YKT_CONFORM YKT CASES
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

usage='usage: code.sh YKT_CONFORM YKT CASES'
conform=$(readlink -f "${1:?$usage}")
ykt=$(readlink -f "${2:?$usage}")
cases=$(readlink -f "${3:?$usage}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
	echo "code: $1"
	tail -n 5 ./*.log 2>/dev/null || true
	exit 1
}
# expect CODE WORDS ARGUMENT...
expect() {
	local code=0 wanted=$1 words=$2
	shift 2
	"$conform" --lang en code --cases "$cases" "$@" >run.log 2>&1 || code=$?
	[ "$code" -eq "$wanted" ] || fail "$*: exit $code instead of $wanted"
	[ -z "$words" ] || grep -q -- "$words" run.log || fail "$*: other words than '$words'"
}

all=$(find "$cases/code" -name '*.case' | wc -l)
no=$(grep -l '^accept: no' "$cases"/code/*.case | wc -l)
yes=$((all - no))
[ "$no" -ge 18 ] && [ "$yes" -ge 12 ] || fail "only $all cases"
expect 0 "^$all passed, 0 failed"
expect 0 '^1 passed, 0 failed' --case QR-VER-01
expect 2 '' --case QR-NONE-01
"$conform" --lang zh code --cases "$cases" >zh.log || fail "in Chinese"
grep -q '用例 5499' zh.log || fail "no Chinese titles"
expect 0 'QR-OK-01' --list

# A command as the terminal: one that is right, one that takes all, none, one that dies.
expect 0 '' --roots roots
[ "$(wc -l <roots)" -eq 5 ] || fail "other than five roots"
expect 0 "^$all passed, 0 failed" --subject "'$ykt' code verify --roots roots -"
expect 1 "^$yes passed, $no failed" --subject 'cat'
expect 1 "^$no passed, $yes failed" --subject 'exit 1'
expect 1 "^0 passed, $all failed" --subject 'exit 3'
grep -q 'got no answer' run.log || fail "a dead terminal is not said to be one"
grep -v ' 03 ' roots >four
expect 1 "FAIL  QR-ROOT-02" --subject "'$ykt' code verify --roots four -"

# Drawn and read back with another implementation, each case gives the same verdict.
mkdir drawn
expect 0 'QR-OK-01.png  accepted' --draw drawn
cmp roots drawn/roots || fail "other roots beside the drawings"
if command -v zbarimg >/dev/null; then
	for image in drawn/*.png; do
		name=$(basename "$image" .png)
		zbarimg --nodbus --quiet --raw -Sdisable -Sqrcode.enable -Sbinary --oneshot "$image" >code.bin 2>zbar.log ||
			fail "zbar does not read $name"
		got=no
		"$ykt" code verify --roots roots code.bin >verify.log 2>&1 && got=yes
		grep -q "^accept: $got$" "$cases/code/$name.case" || fail "$name drawn: accepted: $got"
	done
fi

# Files that are no cases.
mkdir -p bad/code
sed 's/^grade: B/grade: Z/' "$cases/code/QR-OK-01.case" >bad/code/QR-OK-01.case
cases=bad
expect 2 'QR-OK-01.case:6: no such line'
sed 's/^id: QR-OK-01/id: QR-OK-02/; s/^grade: Z/grade: B/' bad/code/QR-OK-01.case >other
mv other bad/code/QR-OK-01.case
expect 2 'named otherwise than the case'
cases=nothing
expect 2 'no folder with cases'
echo "code: ok"
