#!/usr/bin/env bash
# docs/functions.md is what the functions' own descriptions print.
#
# Usage: functions_page.sh YKT PAGE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

"$1" functions --markdown | diff -u "$2" - ||
	{ echo "stale: ykt functions --markdown >docs/functions.md" >&2; exit 1; }
