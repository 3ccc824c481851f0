#!/usr/bin/env bash
# The quick part of the tear matrix: no violation, and every scene really cut.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

sim=${1:?usage: tear_matrix.sh YKT-SIM}
out=$("$sim" --tear-matrix --quick)
printf '%s\n' "$out"
[ "$(tail -n 1 <<<"$out")" = "violations: 0" ]
# Columns from the right: 6985, after, before, no-op, recuts, cuts, writes.
awk '/^[0-9]+ of [0-9]+ / { n++; if ($(NF-6) < 1 || $(NF-5) < 8 || $(NF-2) < 1 || $(NF-1) < 1) {
	print "hardly cut: " $0; bad = 1 } } END { exit bad || n < 20 }' <<<"$out"
awk '/DEBIT FOR PURCHASE/ { found = $(NF-4) > 100 } END { exit !found }' <<<"$out"
