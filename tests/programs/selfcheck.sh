#!/usr/bin/env bash
# The client looks at itself, on real processes: an installed, signed program spends
# money; one changed byte, a tracer, a preloaded library do not get that far, each
# with its reason, while the balance can be seen; the platform's policy decides and
# its log says so. No core file, and not dumpable.
#
# usage: selfcheck.sh BIN SOURCE TRACED HOOK
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
traced=$(readlink -f "$3")
hook=$(readlink -f "$4")

prefix=$state/app
before=()
# ykt WORD...: the installed client; before: what it is run under.
ykt() {
	timeout 60 "${before[@]}" "$prefix/bin/ykt" --lang en "$@" --config "$state/seless.json" --quiet --yes \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
# refused TEXT WORD...
refused() {
	local text=$1 code=0
	shift
	ykt "$@" || code=$?
	[ "$code" -eq 1 ] || die '' "'ykt $*': $code, not 1"
	grep -qF "$text" "$state/last.out" || die '' "'ykt $*' does not say '$text'"
}
# The service keeps its database to itself: a copy is looked at.
logged() {
	rm -f "$state"/look.db*
	cp "$state/platformd-9901.db" "$state/look.db"
	[ ! -e "$state/platformd-9901.db-wal" ] || cp "$state/platformd-9901.db-wal" "$state/look.db-wal"
	sqlite3 "$state/look.db" "SELECT COUNT(*) FROM risk_log WHERE $1"
}
# Makes and signs a release of what is in the prefix, and installs its manifest.
sign() {
	"$bin/ykt" release make TEST-release "$state/release.key" 2016 "$1" 0.0.1 "$state/release.yr" \
		+bin/ykt="$prefix/bin/ykt" share/ykt/terms.txt="$prefix/share/ykt/terms.txt"
	python3 - "$state/release.yr" "$prefix/share/ykt/manifest" <<-'END'
		import sys
		whole = open(sys.argv[1], "rb").read()
		open(sys.argv[2], "wb").write(whole[:int.from_bytes(whole[3:5], "big") + 64])
	END
}
policy() {
	jq --arg p "$1" '.risk = $p' "$state/platformd-9901.json" >"$state/new.json"
	mv "$state/new.json" "$state/platformd-9901.json"
	kill -TERM "$(cat "$state/run/platformd-9901.pid")"
	wait "$(cat "$state/run/platformd-9901.pid")" || true
	start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null
	done_by login
}

city_base
city_files
start payd ykt-payd "$state/payd.json" >/dev/null
start keyd-9901 ykt-keyd "$state/keyd-9901.json" >/dev/null
start tsmd-9901 ykt-tsmd "$state/tsmd-9901.json" >/dev/null
start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null
mkdir -p "$prefix/bin" "$prefix/share/ykt"
cp "$bin/ykt" "$prefix/bin/ykt"
strip "$prefix/bin/ykt" # a release is that small
cp "$prefix/bin/ykt" "$state/whole-ykt"
echo "terms of use" >"$prefix/share/ykt/terms.txt"
"$bin/ykt" release key TEST-release "$state/release.key" >"$state/release.pub"
jq '.state = "seless" | .se = "" | .profile = "seless" | .release_key = "release.pub"' "$state/client.json" >"$state/seless.json"
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"

# A development build has no manifest, says so, and may.
done_by register
done_by login
done_by wallet topup 1.00
[ "$(logged 'findings & 1 <> 0')" -ge 1 ] || die '' 'an unsigned build is not in the log'
sign 0.1.0
done_by login
done_by wallet topup 1.00
[ "$(logged "findings & 1 = 0 AND op = 'order.wallet'")" -eq "$([ "$(id -u)" = 0 ] && echo 1 || echo 0)" ] ||
	die '' 'a signed program is reported as something else'

# One byte of a file; then of the manifest; then a manifest of another version.
echo "terms of abuse" >"$prefix/share/ykt/terms.txt"
refused 'not the one that its publisher signed' wallet topup 1.00
done_by wallet
echo "terms of use" >"$prefix/share/ykt/terms.txt"
done_by wallet topup 1.00
printf 'X' | dd of="$prefix/share/ykt/manifest" bs=1 seek=60 conv=notrunc status=none
refused 'not the one that its publisher signed' wallet topup 1.00
sign 0.0.9
refused 'not the one that its publisher signed' wallet topup 1.00
sign 0.1.0
printf 'X' >>"$prefix/bin/ykt"
refused 'not the one that its publisher signed' wallet topup 1.00
done_by wallet
cp --remove-destination "$state/whole-ykt" "$prefix/bin/ykt"
done_by wallet topup 1.00
# The fen that were asked for, and no more.
done_by wallet
grep -q '4\.00' "$state/last.out" || die '' 'the wallet does not hold what was paid in'

# A tracer, and a library that nobody asked for: the platform's policy refuses.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0:verify_asan_link_order=0
before=("$traced")
done_by login
refused 'The platform does not allow it' wallet topup 1.00
done_by wallet
before=(env "LD_PRELOAD=$hook")
refused 'The platform does not allow it' wallet topup 1.00
done_by wallet
before=()
[ "$(logged "verdict = 'risk' AND findings & 4 <> 0")" -eq 1 ] || die '' 'the tracer is not in the log'
[ "$(logged "verdict = 'risk' AND findings & 8 <> 0")" -eq 1 ] || die '' 'the library is not in the log'
policy debugger=limit,preload=allow
before=("$traced")
done_by wallet topup 1.00
refused 'does not allow that much' wallet topup 60.00
before=(env "LD_PRELOAD=$hook")
done_by wallet topup 60.00
before=()
done_by wallet
grep -q '65\.00' "$state/last.out" || die '' 'the wallet does not hold what was paid in'
admin 22 | jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' >/dev/null ||
	die '' 'the ledger does not verify'

# The system that it runs on: told at login and by policy refused, with a reason of its own.
own=$(. /etc/os-release 2>/dev/null && echo "${ID:-none}")
old() {
	jq --arg os "$own" --arg least "$1" --arg p "debugger=limit,system_old=$2,system_unknown=$2" \
		'.risk = $p | .systems = [{os: $os, least: $least}]' "$state/platformd-9901.json" >"$state/new.json"
	mv "$state/new.json" "$state/platformd-9901.json"
	policy "$(jq -r .risk "$state/platformd-9901.json")"
}
old 65535 refuse
grep -q 'operating system of this device\|kept up' "$state/last.out" || die '' 'an old system is not told'
refused 'The operating system of this device' wallet topup 1.00
done_by wallet
old 65535 tell
grep -q 'operating system of this device\|kept up' "$state/last.out" || die '' 'an old system is not told'
done_by wallet topup 1.00
done_by wallet
grep -q '66\.00' "$state/last.out" || die '' 'the wallet does not hold what was paid in'
[ "$(logged "verdict = 'system' AND system LIKE '$own%'")" -eq 1 ] || die '' 'the system is not in the log'

# While it waits for an answer: no core file, and nobody of its own user looks in.
mkfifo "$state/answers.fifo"
"$prefix/bin/ykt" --lang en login --config "$state/seless.json" --answers "$state/answers.fifo" >"$state/wait.out" 2>&1 &
pid=$!
for _ in $(seq 100); do
	[ "$(awk '/^Max core file size/ { print $5 $6 }' "/proc/$pid/limits" 2>/dev/null)" = 00 ] && break
	sleep 0.05
done
awk '/^Max core file size/ { exit !($5 == 0 && $6 == 0) }' "/proc/$pid/limits" || die '' 'it may leave a core file'
[ "$(stat -c %u "/proc/$pid/environ")" = 0 ] || die '' 'it can be looked into'
# Nor does it listen anywhere: of its own sockets none waits for a caller.
for inode in $(find "/proc/$pid/fd" -lname 'socket:*' -printf '%l\n' 2>/dev/null | tr -dc '0-9\n'); do
	! awk -v i="$inode" '$4 == "0A" && $10 == i { f = 1 } END { exit !f }' /proc/net/tcp /proc/net/tcp6 &&
		! awk -v i="$inode" '$4 ~ /1....$/ && $7 == i { f = 1 } END { exit !f }' /proc/net/unix ||
		die '' 'it listens'
done
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true

# Policies that are none keep the platform from starting.
for bad in debugger=maybe debugger unknown=, 'root=allow,,' ghosts=refuse root=tell; do
	jq --arg p "$bad" '.risk = $p' "$state/platformd-9901.json" >"$state/bad.json"
	code=0
	"$bin/ykt-platformd" "$state/bad.json" >"$state/last.out" 2>&1 || code=$?
	[ "$code" -eq 2 ] && grep -q 'risk wants' "$state/last.out" || die '' "policy $bad: $code"
done
for bad in '[{"os":"Debian","least":"12"}]' '[{"os":"debian","least":"12-1"}]' \
	'[{"os":"a","least":"1"},{"os":"a","least":"2"}]'; do
	jq --argjson s "$bad" '.systems = $s' "$state/platformd-9901.json" >"$state/bad.json"
	code=0
	"$bin/ykt-platformd" "$state/bad.json" >"$state/last.out" 2>&1 || code=$?
	[ "$code" -eq 2 ] && grep -q 'systems wants' "$state/last.out" || die '' "systems $bad: $code"
done
