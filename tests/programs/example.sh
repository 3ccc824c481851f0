#!/usr/bin/env bash
# examples/wallet.c against a city: registers with the code of a short message, logs in,
# pays into the wallet and shows it; and is told wrong things.
#
# usage: example.sh BIN SOURCE WALLET
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
wallet=$(readlink -f "${3:?usage: example.sh BIN SOURCE WALLET}")

city_base
city_files
start payd ykt-payd "$state/payd.json" >/dev/null
start keyd-9901 ykt-keyd "$state/keyd-9901.json" >/dev/null
start tsmd-9901 ykt-tsmd "$state/tsmd-9901.json" >/dev/null
start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null

at=("$(url 21)" "$(url 12)" "$state/keys/ca.pem" "$state/keys/platform-9901-seal.sm2.pub" "$state/mine")
run() { timeout 60 "$wallet" "${at[@]}" "$@" >"$state/last.out" 2>&1; }
# The code, when its short message has come.
code() {
	for _ in $(seq 100); do
		[ ! -s "$state/sms-9901.txt" ] || break
		sleep 0.1
	done
	grep -o '[0-9]\{6\}$' "$state/sms-9901.txt" | tail -n 1
}

{
	printf '%s\n' yes 13800000001 'Li Ming' 'three taps' 'three taps'
	code
} | run register || die '' 'no registration'
printf '%s\n' 13800000001 'three tops' | run login && die '' 'a wrong password logs in'
printf '%s\n' 13800000001 'three taps' | run login || die '' 'no login'
printf '%s\n' no | run topup 50.00 && die '' 'paid without consent'
run wallet </dev/null || die '' 'no wallet'
grep -q ' 0\.00' "$state/last.out" || die '' 'the wallet is not empty'
printf '%s\n' yes yes | run topup 50.00 || die '' 'no top-up'
run wallet </dev/null || die '' 'no wallet'
grep -q ' 50\.00' "$state/last.out" || die '' 'the wallet does not show 50.00'

# Wrong things: exit 2 and a word, nothing begun.
refused() {
	local words=$1 code=0
	shift
	timeout 60 "$wallet" "$@" >"$state/last.out" 2>&1 </dev/null || code=$?
	[ "$code" -eq 2 ] || die '' "exit $code, not 2: $*"
	grep -q "$words" "$state/last.out" || die '' "other words than '$words': $*"
}
refused usage
refused usage "${at[@]}"
refused usage "${at[@]}" dance
refused usage "${at[@]}" topup 50.001
refused "platform key" "${at[@]:0:3}" "$state/keys/ca.pem" "$state/mine" wallet
refused ca_file "${at[@]:0:2}" "$state/nothing.pem" "${at[@]:3}" wallet
echo "example: ok"
