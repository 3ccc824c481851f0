#!/usr/bin/env bash
# The app with the platforms of two cities, driven through the accessibility bus against
# real services: a registration and a card at each, lists of both, a card that is topped up
# where it belongs whichever platform is chosen, and one platform that goes away. The books
# of both are looked at in the end.
#
# usage: cities.sh BIN SOURCE APP CATALOGUE-FOLDER SLOT en|zh
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/app/kit.sh
. "$(dirname "$0")/kit.sh"

# books PORT CARDS: what the cards of that city hold, and that its ledger verifies.
books() {
	local ledger
	ledger=$(admin "$1")
	jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0' <<<"$ledger" >/dev/null ||
		die '' 'the ledger does not verify'
	[ "$(jq '[.totals[] | select(.account | startswith("SH")) | .total_fen] | add // 0' <<<"$ledger")" = "$2" ] ||
		die '' "the books at $1 are not $2: $ledger"
}

city_base "$5"
city_files
city_start 9901 9902

export YKT_APP_WAIT=${YKT_APP_WAIT:-40}
cd "$state"
in_window /usr/bin/python3 "$here/tests/app/cities_walk.py" "$app" "$state/client.json" "$6" 13800000001 \
	"$YKT_LOCALE_DIR/zh_CN/LC_MESSAGES/ykt-app.mo" "$state"
start platformd-again ykt-platformd "$state/platformd-9902.json"
books 22 2000
books 32 4000
[ "$(wc -l <"$state/sms-9902.txt")" -ge 1 ] || die '' 'city B sent no code'
echo "cities: $6 ok"
