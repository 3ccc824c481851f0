#!/usr/bin/env bash
# docs/functions.md is what the functions' own descriptions print, and the words that it
# names of the menu are items of the menu.
#
# Usage: functions_page.sh YKT PAGE MENU
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

"$1" functions --markdown | diff -u "$2" - ||
	{ echo "stale: ykt functions --markdown >docs/functions.md" >&2; exit 1; }

words=$("$1" functions --markdown | sed -n 's/.* yes: `\([a-z]*\)` |$/\1/p')
[ -n "$words" ] || { echo "no function of the menu is named" >&2; exit 1; }
for word in $words; do
	grep -Eq "^item \"[^\"]*\" $word( |\$)" "$3" || { echo "the menu has no item $word" >&2; exit 1; }
done
