#!/usr/bin/env bash
# What ykt-sim refuses, and how.
# SPDX-License-Identifier: Apache-2.0
set -uo pipefail

sim=${1:?usage: usage.sh YKT-SIM}
bad=0
refuse() {
	"$sim" "$@" >/dev/null 2>&1
	local code=$?
	[ "$code" -eq 2 ] || { echo "'$*' gave exit code $code, not 2"; bad=1; }
}
refuse --journeys 0
refuse --journeys -1
refuse --journeys 1e3
refuse --journeys 999999999999
refuse --seed x
refuse --seed 18446744073709551616
refuse --jobs 0
refuse --jobs 65
refuse --nonsense
refuse --tear-matrix --depth 0
refuse --tear-matrix --depth 3
refuse --tear-matrix --depth x
refuse extra
exit "$bad"
