#!/usr/bin/env bash
# The menu in the element against a whole city: an account, top-ups, a bill, balances
# and a newer menu through the OTA gateway, over TCP, over UDP and in short messages;
# books, wallet and purse agree to the fen after each step. The card was opened by the
# phone's client, the rest is the element's own, worked by ykt handset.
#
# usage: air.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"
last_words() { tail -n 20 "$state"/*.out; tail -n 5 "$state"/log/*.log; }

# "TEST menu root key, not for use!", whose other half a test element knows.
key=54455354206D656E7520726F6F74206B65792C206E6F7420666F722075736521
phone=13800000001
pin=604719

as_user() {
	timeout 60 "$bin/ykt" --lang en "$@" --config "$state/client.json" --quiet --answers "$state/answers" \
		>"$state/client.out" 2>&1 || die '' "'ykt $*': $?"
}
# menu NUMBER: the package of that version, as JSON.
menu() {
	{
		echo "gateway 127.0.0.1 tcp $(port 24) udp $(port 25)"
		echo "sms 10669501"
		grep -v '^version' "$here/data/menu/menu.txt" |
			{ if [ "$1" = 2 ]; then sed '/^screen root/s/"Transport card"/"City card"/'; else cat; fi; }
	} | (echo "version $1" && cat) | "$bin/ykt" --lang en menu --key "$key" "${@:2}"
}
# handset WORD... : types the words, a line each; what was shown is in handset.out.
handset() {
	printf '%s\n' "$@" 0 0 0 | timeout 90 "$bin/ykt" --lang en handset --sms "127.0.0.1:$(port 26)" \
		"socket:$state/se.sock" >"$state/handset.out" 2>&1 || die '' "the handset gave up: $*"
}
shown() { grep -q -- "$1" "$state/handset.out" || die '' "not shown: $1"; }
# books CARD U M PSP: what the ledger says, and that it verifies.
books() {
	local ledger
	ledger=$(admin 22)
	jq -e '.chain_ok and .sums_ok and .balances_ok and .orders_ok and .sum_fen == 0 and .cases == 0' <<<"$ledger" >/dev/null ||
		die '' 'the ledger does not verify'
	[ "$(total "$ledger" SH)" = "$1" ] && [ "$(total "$ledger" U)" = "$2" ] &&
		[ "$(total "$ledger" M:merchant-0001)" = "$3" ] && [ "$(total "$ledger" PSP)" = "$4" ] ||
		die '' "the books: $ledger"
}

city_base
city_files
menu 2 | jq . >"$state/menu-2.json" || die '' 'no menu package'
jq -j .package "$state/menu-2.json" | sed 's/../\\x&/g' | xargs -0 printf >"$state/menu-2.bin"
jq --arg r "$(jq -r .root "$state/menu-2.json")" '.menus = [{file: "menu-2.bin"}] | .menu_root = $r' \
	"$state/platformd-9901.json" >"$state/with-menu.json"
mv "$state/with-menu.json" "$state/platformd-9901.json"
city_start 9901 >/dev/null
menu 1 --card "socket:$state/se.sock" >/dev/null || die '' 'the element takes no menu'

# Without a card there is nothing to top up, and nothing moves.
handset 2 1 1 "$pin"
shown 'No transport card here'
books 0 0 0 0

# An account from the menu: the code arrives between two questions.
{
	printf '4\n%s\n1\n' "$phone"
	for _ in $(seq 200); do
		[ -s "$state/sms-9901.txt" ] && break
		sleep 0.1
	done
	sleep 0.5
	grep -o '[0-9]\{6\}$' "$state/sms-9901.txt" | tail -n 1
	printf '%s\n' "$pin" "$pin" 0 0
} | timeout 90 "$bin/ykt" --lang en handset --sms "127.0.0.1:$(port 26)" "socket:$state/se.sock" \
	>"$state/handset.out" 2>&1 || die '' 'the handset gave up: register'
shown 'You are registered'

# The same account on the phone: a password by a code; a card of 20 yuan, a wallet of 50.
printf '%s\n' "phone=$phone" "name=SIM ${phone: -4}" 'password=three taps' 'new_password=three taps' \
	'new_password2=three taps' consent=y ok=y "pin=$pin" >"$state/answers"
as_user reset
as_user login
as_user open --city 9901 --load 20.00 --yes
as_user wallet topup --yes 50.00
books 2000 5000 0 -9000

merchant_bill() {
	curl -sS --max-time 10 --cacert "$state/keys/ca.pem" --cert "$state/keys/merchant-0001.pem" \
		--key "$state/keys/merchant-0001.key" -H 'Content-Type: application/json' -d "$1" \
		"$(url 22)/merchant/bill" | jq -r .bill_id
}
# bearer ITEM CARD U M PSP: chooses the way by its place in the settings; a top-up of 20
# yuan, a bill of 12.34, what the platform knows of the card, a wrong PIN, all by it.
bearer() {
	local card=$2 wallet=$3 merchant=$4 psp=$5 bill
	handset 5 "$1"
	handset 2 1 1 "$pin"
	shown "Balance $((card / 100 + 20)).00"
	books $((card + 2000)) "$wallet" "$merchant" $((psp - 2000))
	handset 2 1 1 604711 # another PIN: nothing is ordered
	shown 'PIN is wrong'
	books $((card + 2000)) "$wallet" "$merchant" $((psp - 2000))
	bill=$(merchant_bill "{\"ref\":\"r$1\",\"payee\":\"Noodles Zhang\",\"goods\":\"noodles\",\"amount_fen\":1234,\"life_ms\":600000}")
	handset 3 "${bill:0:8}" 1 "$pin"
	shown 'Noodles Zhang'
	shown '12.34'
	books $((card + 2000)) $((wallet - 1234)) $((merchant + 1234)) $((psp - 2000))
	handset 3 "${bill:0:8}" # it is paid: nobody pays it again
	shown 'Not found'
	handset 2 6
	shown "$((card / 100 + 20)).00"
}
bearer 2 2000 5000 0 -9000
bearer 3 4000 3766 1234 -11000
bearer 4 6000 2532 2468 -13000

# The gateway is away: what was asked for is not lost, nor done twice, when it is back.
kill -KILL "${started[-1]}"
wait "${started[-1]}" 2>/dev/null || true
handset 5 2
handset 2 1 1 "$pin"
start platformd-9901 ykt-platformd "$state/platformd-9901.json" >/dev/null
books 8000 1298 3702 -15000
handset
handset 2 6
shown '100.00'
books 10000 1298 3702 -17000

# A newer menu, which the element asks for, judges and shows; and no older one after it.
handset 5 5
handset
shown 'City card'
menu 1 --card "socket:$state/se.sock" >"$state/old.out" 2>&1 && die '' 'an older menu was taken'
handset 5 5
shown 'Nothing to do\|newest'
echo 'air: ok'
