#!/usr/bin/env bash
# What the tests of programs share, for scripts that source this first: the two cities
# of tools/city-setup in a folder of their own, which is away at the end, with every
# process.
#
# Of the arguments: BIN, the folder of the programs, and SOURCE, the root of the project.
# A script may define last_words() and cleanup() anew, and defines ykt() for done_by().
# SPDX-License-Identifier: Apache-2.0

export LC_ALL=C.UTF-8
umask 077

bin=$(readlink -f "${1:?usage: ${0##*/} BIN SOURCE}")
here=$(readlink -f "${2:?usage: ${0##*/} BIN SOURCE}")
state=$(mktemp -d)

# What is shown when a test fails.
last_words() { tail -n 20 "$state"/*.out; }
die() {
	local name=${0##*/}
	echo "${name%.sh}: $2" >&2
	last_words >&2 2>/dev/null || true
	exit 1
}
# shellcheck source=tools/city-setup
. "$here/tools/city-setup"
cleanup() {
	local pid
	for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

done_by() { ykt "$@" || die '' "'ykt $*': $?"; }
# verifies LEDGER: as admin() gave it.
verifies() {
	jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' <<<"$1" >/dev/null ||
		die '' 'the ledger does not verify'
}
