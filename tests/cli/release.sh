#!/usr/bin/env bash
# ykt release: made, shown and checked as files; what does not hold is refused,
# and a refusal writes nothing.
#
# Usage: release.sh YKT
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

ykt=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
	echo "release.sh: $1" >&2
	exit 1
}
# refuses CODE TEXT WORD...: that exit code, and that text on standard error.
refuses() {
	local want=$1 text=$2 code=0
	shift 2
	"$ykt" --lang=en release "$@" >out 2>err || code=$?
	[ "$code" = "$want" ] || fail "$*: exit code $code instead of $want"
	grep -qF -- "$text" err || fail "$*: does not say '$text' but: $(cat err)"
	[ ! -s out ] || fail "$*: prints although it refuses"
}

echo program >p
echo page >m
"$ykt" release key TEST-release release.key >pinned
"$ykt" release key TEST-release release.key | cmp - pinned || fail "the same key, another line"
[ "$(stat -c %a release.key)" = 600 ] || fail "the private key is not its owner's alone"
"$ykt" release key TEST-release other.key >other
"$ykt" release make TEST-release release.key 2016 0.2.0 0.1.0 a.yr +bin/ykt=p share/ykt.1=m
"$ykt" release show a.yr | grep -q '"checked":false' || fail "shown without a key is not checked"
"$ykt" release show a.yr pinned >shown
grep -q '"version":"0.2.0","least":"0.1.0"' shown || fail "versions"
grep -q "\"sha256\":\"$(sha256sum p | cut -c1-64 | tr a-f A-F)\"" shown || fail "SHA-256"
grep -q '"checked":true' shown || fail "checked"

refuses 1 "not signed by that key" show a.yr other
sed 's/^TEST-release/TEST-another/' pinned >renamed
refuses 1 "not signed by that key" show a.yr renamed
sed 's/page/pagE/' a.yr >b.yr
refuses 1 "a file in it is not the one that was signed" show b.yr pinned
sed 's/0132016/0132017/; s/bin.ykt/bin_ykt/' a.yr >b.yr
refuses 1 "not signed by that key" show b.yr pinned
head -c -1 a.yr >b.yr
refuses 1 "no release, or not a whole one" show b.yr pinned
refuses 1 "no release, or not a whole one" show p
refuses 1 "cannot be read" show nowhere
refuses 1 "no line of a release key" show a.yr p
refuses 2 "usage: ykt release" make TEST-release
refuses 2 "usage: ykt release" show a.yr pinned more
refuses 1 "wants letters, digits and hyphens" key 'a key' third.key

rm -f c.yr
refuses 1 "three numbers" make TEST-release release.key 2016 0.2 0.1.0 c.yr +a=p
refuses 1 "no edition" make TEST-release release.key 2016-again 0.2.0 0.1.0 c.yr +a=p
refuses 1 "no release:" make TEST-release release.key 2016 0.2.0 0.3.0 c.yr +a=p
refuses 1 "no release:" make TEST-release release.key 2016 0.2.0 0.1.0 c.yr +b=p a=m
refuses 1 "no release:" make TEST-release release.key 2016 0.2.0 0.1.0 c.yr a=p
refuses 1 "no path for a file" make TEST-release release.key 2016 0.2.0 0.1.0 c.yr +../a=p
refuses 1 "wants PATH=FILE" make TEST-release release.key 2016 0.2.0 0.1.0 c.yr +a
refuses 1 "cannot be read" make TEST-release release.key 2016 0.2.0 0.1.0 c.yr +a=nowhere
truncate -s 17M big
refuses 1 "too large" make TEST-release release.key 2016 0.2.0 0.1.0 c.yr +a=big
[ ! -e c.yr ] || fail "a refusal left a file"
