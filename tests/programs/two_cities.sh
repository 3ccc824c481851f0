#!/usr/bin/env bash
# Two cities' platforms behind one element (clause 6): registered at both, a card of each
# opened, topped up and tapped;
# the money of one is never in the books of the other.
#
# usage: two_cities.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
last_words() { tail -n 20 "$state"/*.out "$state"/log/platformd-*.log; }

# at CITY COMMAND...
at() {
	YKT_STATE=$state timeout 120 "$bin/ykt" --lang en --platform="$1" "${@:2}" --quiet \
		--answers "$state/answers" >"$state/last.out" 2>&1
}
done_at() { at "$@" || die '' "'ykt --platform=$*': $?"; }
# books PORT SH: what is on that city's cards, and that its ledger verifies.
books() {
	local ledger
	ledger=$(admin "$1")
	verifies "$ledger"
	[ "$(jq '[.totals[] | select(.account | startswith("SH")) | .total_fen] | add // 0' <<<"$ledger")" = "$2" ] ||
		die '' "the books at $1 are not $2: $ledger"
}
tap() { (cd "$state" && "$bin/ykt-validator" tap "gate-$1.json") >"$state/last.out" 2>&1 || die '' "gate $1 did not open"; }

city_base
city_files
city_start 9901 9902 >/dev/null
city_gates
jq --arg p "$(url 31)" --arg t "$(url 52)" '.platform = $p | .tsm = $t | .state = "client-9902"
	| .platform_key = "keys/platform-9902-seal.sm2.pub" | .sms_sink = "sms-9902.txt"' "$state/client.json" >"$state/9902.json"
cp "$state/client.json" "$state/9901.json"
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y >"$state/answers"

# Both registrations live in one element, each with its certificate: no login asks for a code.
for city in 9901 9902; do
	done_at $city register
	done_at $city login
	done_at $city login
	[ "$(wc -l <"$state/sms-$city.txt")" -eq 1 ] || die '' "a login at $city asked for a code"
done

# A card of each, beside each other.
done_at 9901 open --city 9901 --load 20.00 --yes
done_at 9902 open --city 9902 --load 30.00 --yes
done_at 9901 login # a session of one is not the other's
YKT_STATE=$state "$bin/ykt" --lang en --platform=9901 apps >"$state/last.out" 2>&1 || die '' 'no list of the element'
[ "$(grep -c '20.00\|30.00' "$state/last.out")" -eq 2 ] || die '' 'the element does not show both cards'
# The last digits of the numbers that the two platforms give out first.
card_a=0012 card_b=0010

# Each is topped up at its own platform, which finds its own card by itself, and at no other.
done_at 9901 topup --yes 10.00
done_at 9902 topup --yes 10.00
! at 9901 topup --card $card_b --yes 10.00 || die '' "city A topped up city B's card"
grep -q 'not of this platform' "$state/last.out" || die '' "city A does not say whose the card is not"
grep -q 'Nothing was charged' "$state/last.out" || die '' "city A does not say what became of the money"
! at 9902 topup --yes 9.00 || die '' "city B takes less than its description says"
grep -q '10.00' "$state/last.out" || die '' "city B does not say its limit"
books 22 3000
books 32 4000

# Each is tapped where gates see it first.
done_at 9901 default --card $card_a
tap 1
tap 2
done_at 9902 default --card $card_b
tap 101
for gate in 1 2 101; do
	(cd "$state" && "$bin/ykt-validator" upload "gate-$gate.json") >"$state/last.out" 2>&1 || die '' "gate $gate: no upload"
done
books 22 2600
books 32 3800

# After all of it both still know the element by its certificate.
done_at 9901 login
done_at 9902 login
[ "$(wc -l <"$state/sms-9902.txt")" -eq 1 ] || die '' 'city B does not know the element any more'

# Without a name all platforms are asked, and each row says whose it is.
jq '.name = "9901" | .platforms = [{"name": "9902"}]' "$state/client.json" >"$state/all.json"
mv "$state/all.json" "$state/client.json"
every() {
	YKT_STATE=$state timeout 120 "$bin/ykt" --lang en "$@" --quiet --answers "$state/answers" >"$state/last.out" 2>&1
}
for what in cards orders records; do
	every $what || die '' "$what of both: $?"
	grep -q '^9901 ' "$state/last.out" && grep -q '^9902 ' "$state/last.out" || die '' "$what: a city is missing"
done
every cards
grep -q '^9901 .*0012' "$state/last.out" && grep -q '^9902 .*0010' "$state/last.out" || die '' 'a card is not under its city'
every balance || die '' 'no balances'
[ "$(grep -c '^Balance on the card' "$state/last.out")" -eq 2 ] || die '' 'not two balances'
every recover || die '' 'something is unfinished'
# A number finds its platform.
every topup --card $card_b --yes 10.00 || die '' "the card of city B is not found by its number"
books 22 2600
books 32 4800
every topup --card $card_a --yes 10.00 || die '' "the card of city A is not found by its number"
books 22 3600
# One that is away is named and hides nothing.
kill -KILL "$(cat "$state/run/platformd-9902.pid")"
every cards || die '' 'a platform that is away hides the other'
grep -q '^9901 .*0012' "$state/last.out" || die '' 'the other is hidden'
grep -q '9902' "$state/last.out" && grep -q 'cannot be reached' "$state/last.out" || die '' 'it is not said which is away'
echo "two_cities: ok"
