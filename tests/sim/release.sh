#!/usr/bin/env bash
# 20,000 journeys in the release build: no violation, every fault at least 100 times.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

sim=${1:?usage: release.sh YKT-SIM}
[ -x "$sim" ] || { echo "$sim is not built: run 'make build' first"; exit 1; }
out=$("$sim" --journeys 20000 --seed 2026)
printf '%s\n' "$out"
[ "$(tail -n 1 <<<"$out")" = "violations: 0" ]
awk '/^fired:/ { n++; if ($NF < 100) { print "fired too seldom: " $0; bad = 1 } } END { exit bad || n == 0 }' \
	<<<"$out"
