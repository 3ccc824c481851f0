#!/usr/bin/env bash
# The same seed twice gives the same trace; another seed another one (R01).
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

sim=${1:?usage: same_seed.sh YKT-SIM}
trace() {
	"$sim" --journeys 200 --seed "$1" --jobs "$2" --quiet | sed -n 's/^trace: //p'
}

last=
for seed in 1 2 3 0xFFFFFFFFFFFFFFFF 0; do
	first=$(trace "$seed" 1)
	again=$(trace "$seed" 2)
	echo "seed $seed: $first $again"
	[ -n "$first" ] && [ "$first" = "$again" ] || { echo "the traces of seed $seed differ"; exit 1; }
	[ "$first" != "$last" ] || { echo "two seeds, one trace"; exit 1; }
	last=$first
done
