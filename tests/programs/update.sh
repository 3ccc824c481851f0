#!/usr/bin/env bash
# The client updates itself against a real platform: an unsafe old version may look
# and not spend, fetches the signed release, goes on where it was killed, runs the new
# one from the next start on; a version that does not find itself whole never becomes
# the program, and one that is damaged on trial goes back.
#
# usage: update.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"

root=$state/app
ykt() {
	timeout 100 "$root/current/bin/ykt" --lang en "$@" --config "$state/seless.json" --quiet --yes \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
refused() {
	local text=$1 code=0
	shift
	ykt "$@" || code=$?
	[ "$code" -eq 1 ] || die '' "'ykt $*': $code, not 1"
	grep -qF "$text" "$state/last.out" || die '' "'ykt $*' does not say '$text'"
}
# The program as another version would be: it differs in its number alone.
program() {
	python3 - "$bin/ykt-seless" "$1" "$2" <<-'END'
		import sys
		whole = open(sys.argv[1], "rb").read()
		assert b"0.1.0\0" in whole
		open(sys.argv[2], "wb").write(whole.replace(b"0.1.0\0", sys.argv[3].encode() + b"\0"))
	END
	strip "$1" # a release is that small, and the test that much shorter
	chmod 755 "$1"
}
# release FILE VERSION LEAST PROGRAM
release() {
	"$bin/ykt" release make TEST-release "$state/release.key" 2016 "$2" "$3" "$1" \
		+bin/ykt="$4" share/ykt/terms.txt="$state/terms.txt"
}
manifest() {
	python3 -c 'import sys; w = open(sys.argv[1], "rb").read(); sys.stdout.buffer.write(w[:int.from_bytes(w[3:5], "big") + 64])' "$1"
}
# offer FILE: the platform offers it from now on.
offer() {
	jq --arg r "$1" '.release = $r | .release_key = "release.pub"' "$state/platformd-9901.json" >"$state/new.json"
	mv "$state/new.json" "$state/platformd-9901.json"
	kill -TERM "$(cat "$state/run/platformd-9901.pid")"
	wait "$(cat "$state/run/platformd-9901.pid")" || true
	start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null
}
counts() { [ "$(readlink "$root/current")" = "versions/$1" ] || die '' "not $1 but $(readlink "$root/current") counts"; }

city_base
city_files
start payd ykt-payd "$state/payd.json" >/dev/null
start keyd-9901 ykt-keyd "$state/keyd-9901.json" >/dev/null
start tsmd-9901 ykt-tsmd "$state/tsmd-9901.json" >/dev/null
start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null
echo "terms of use" >"$state/terms.txt"
"$bin/ykt" release key TEST-release "$state/release.key" >"$state/release.pub"
for v in 0.1.0 0.2.0 0.3.0 0.4.0; do
	program "$state/ykt-$v" "$v"
	release "$state/$v.yr" "$v" 0.1.0 "$state/ykt-$v"
done
release "$state/0.2.0.yr" 0.2.0 0.2.0 "$state/ykt-0.2.0" # what is older is unsafe
release "$state/bad.yr" 0.3.0 0.1.0 "$state/ykt-0.2.0"   # it would not know itself
jq '.state = "seless" | .se = "" | .profile = "seless" | .release_key = "release.pub" | .install = "app"' \
	"$state/client.json" >"$state/seless.json"
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"

# 0.1.0, as a first installation leaves it.
mkdir -p "$root/versions/0.1.0/bin" "$root/versions/0.1.0/share/ykt"
cp "$state/ykt-0.1.0" "$root/versions/0.1.0/bin/ykt"
cp "$state/terms.txt" "$root/versions/0.1.0/share/ykt/terms.txt"
manifest "$state/0.1.0.yr" >"$root/versions/0.1.0/share/ykt/manifest"
ln -s versions/0.1.0 "$root/current"
done_by register
done_by login
done_by wallet topup 1.00
done_by update # nothing is offered
grep -q 'up to date' "$state/last.out" || die '' 'it does not say that it is up to date'
counts 0.1.0

# An offer that makes this version unsafe: look, finish, and spend nothing.
offer 0.2.0.yr
done_by login
refused 'too old to be safe' wallet topup 1.00
done_by wallet
# Killed while it fetches, again and again; each time something is kept.
for pause in 0.3 0.5 0.7; do
	"$root/current/bin/ykt" update --config "$state/seless.json" --quiet --yes >/dev/null 2>&1 &
	pid=$!
	sleep "$pause"
	kill -KILL "$pid" 2>/dev/null || die '' 'it ended before it was killed'
	wait "$pid" 2>/dev/null || true
	counts 0.1.0
done
done_by update
counts 0.2.0
[ "$(readlink "$root/previous")" = versions/0.1.0 ] || die '' 'the old version is not kept for the trial'
[ "$(ls "$state/seless/update" | wc -l)" -eq 0 ] || die '' 'something is left in the stage folder'
"$root/current/bin/ykt" --version | grep -q 0.2.0 || die '' 'the new one is not 0.2.0'
done_by login
[ ! -e "$root/previous" ] && [ ! -e "$root/versions/0.1.0" ] || die '' 'the trial did not end'
done_by wallet topup 1.00

# Never back: an older offer, rightly signed, is not looked at.
offer 0.1.0.yr
done_by update
counts 0.2.0
# One that does not find itself whole is fetched, asked, and not taken.
offer bad.yr
refused 'does not run on this device' update
counts 0.2.0
done_by wallet topup 1.00
# A good one, damaged after it was put there: at its first start it goes back.
offer 0.3.0.yr
done_by update
counts 0.3.0
echo "terms of abuse" >"$root/versions/0.3.0/share/ykt/terms.txt"
refused 'not the one that its publisher signed' wallet topup 1.00
counts 0.2.0
done_by login
done_by wallet topup 1.00
# And then it is taken again, whole.
done_by update
counts 0.3.0
done_by wallet
grep -q '4\.00' "$state/last.out" || die '' 'the wallet does not hold what was paid in'
admin 22 | jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' >/dev/null ||
	die '' 'the ledger does not verify'

# What is no release keeps the platform from starting.
sed 's/terms/Terms/' "$state/0.4.0.yr" >"$state/damaged.yr"
for bad in damaged.yr terms.txt nowhere.yr; do
	jq --arg r "$bad" '.release = $r' "$state/platformd-9901.json" >"$state/bad.json"
	jq '.database = "other.db"' "$state/bad.json" >"$state/new.json"
	code=0
	timeout 20 "$bin/ykt-platformd" "$state/new.json" >"$state/last.out" 2>&1 || code=$?
	[ "$code" -ne 0 ] && [ "$code" -ne 124 ] && grep -q "$bad" "$state/last.out" || die '' "release $bad: $code"
done
