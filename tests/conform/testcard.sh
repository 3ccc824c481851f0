#!/usr/bin/env bash
# ykt-se testcard and backup, and ykt-conform against the card over a socket.
#
# usage: testcard.sh YKT_SE YKT_CONFORM CASES
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "$1")
ykt_conform=$(readlink -f "$2")
cases=$(readlink -f "$3")
folder=$(mktemp -d)
card=
cleanup() {
	if [ -n "$card" ]; then
		kill -KILL "$card" 2>/dev/null || true
		wait "$card" 2>/dev/null || true
	fi
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "testcard: $1"
	tail -n 20 ./*.log 2>/dev/null || true
	exit 1
}

# refused WORDS COMMAND...: it must fail and say so.
refused() {
	local words=$1
	shift
	if "$@" >refused.log 2>&1; then
		fail "not refused: $*"
	fi
	grep -q -- "$words" refused.log || fail "refused with other words than '$words': $*"
}

conform() {
	"$ykt_conform" se --cases "$cases" "$@"
}

refused "four digits" "$ykt_se" testcard bad.img --city 99A1
refused "four digits" "$ykt_se" testcard bad.img --city 990
[ ! -e bad.img ] || fail "a refused test card left an image"
"$ykt_se" testcard card.img --city 9902 >make.log
grep -q "purse A0000006320101059902" make.log || fail "another purse than that of the city"
"$ykt_se" show card.img >show.log
grep -q "3105990200000000001" show.log || fail "the purse does not show its number"
refused "holds a card already" "$ykt_se" testcard card.img
"$ykt_se" testcard card.img --city 9901 --force >make.log

# A copy, and nothing else than a card is copied.
"$ykt_se" backup card.img copy.img
"$ykt_se" show card.img >show.log && "$ykt_se" show copy.img >copy.log
cmp -s show.log copy.log || fail "the copy is another card"
refused "holds a card already" "$ykt_se" backup card.img copy.img
refused "no such image" "$ykt_se" backup none.img other.img
[ ! -e none.img ] || fail "backup made what was to be copied"
cp card.img damaged.img
printf '\377' | dd of=damaged.img bs=1 seek=20000 conv=notrunc status=none
refused "damaged" "$ykt_se" backup damaged.img other.img

"$ykt_se" run card.img --socket card.sock >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	grep -q "ready on" run.log && break
	sleep 0.05
done
refused "in use" "$ykt_se" backup card.img third.img

# A stranger's card: what writes is left out. The same card as a test card: twice, it may be used again.
address=socket:$folder/card.sock
conform --card "$address" >any.log || fail "a case for any card failed"
grep -Eq '^[1-9][0-9]* passed, 0 failed, [1-9][0-9]* skipped$' any.log || fail "no totals"
for round in 1 2; do
	conform --card "$address" --kind purse --write --report report.json >purse.log ||
		fail "a case failed in round $round"
done
python3 - report.json <<'PY' || fail "the report is not what was printed"
import json, sys
report = json.load(open(sys.argv[1], encoding="utf-8"))
count = {"passed": 0, "failed": 0, "skipped": 0}
for case in report["cases"]:
    count[case["verdict"]] += 1
    assert case["id"] and case["source"] and case["grade"] in "ABCD"
assert all(report[name] == value for name, value in count.items())
assert report["failed"] == 0 and report["passed"] > 60
PY

# The program itself: lists, one case, wrong words, a case that fails.
conform --list >list.log
[ "$(wc -l <list.log)" -ge 60 ] || fail "fewer than sixty cases"
conform --case LOAD-01 --lang zh | grep -q "通过 1，失败 0，跳过 0" || fail "no Chinese"
refused "no such case" conform --case NONE-01
refused "no card there" conform --card "socket:$folder/nobody.sock"
mkdir -p own/se/mine
sed 's/^id: .*/id: X-01/; s/^sw: .*/sw: 6A82/' "$cases/se/balance/BAL-01.case" >own/se/mine/X-01.case
code=0
"$ykt_conform" se --cases own >own.log || code=$?
[ $code = 1 ] || fail "a failed case gave $code"
grep -q "^0 passed, 1 failed, 0 skipped$" own.log || fail "a failed case was not counted"
grep -q "FAIL X-01 .*step 1 (line" own.log || fail "a failed case does not say where"
echo "sw 9000" >>own/se/mine/X-01.case
code=0
"$ykt_conform" se --cases own >own.log 2>&1 || code=$?
[ $code = 2 ] || fail "a broken case file gave $code"
