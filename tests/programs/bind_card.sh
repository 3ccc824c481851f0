#!/usr/bin/env bash
# A transport card of the issuer's that a platform has not heard of, against a city of real
# programs: bound by what it proves, topped up, locked, unbound with its money on it; and what
# is not bound. The platform that had opened it is gone, with all that it and its key module knew.
#
# usage: bind_card.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/programs/kit.sh
. "$(dirname "$0")/kit.sh"

client=client.json
ykt() {
	timeout 60 "$bin/ykt" --lang en "$@" --config "$state/$client" --quiet \
		--answers "$state/answers" --sms-sink "$state/sms-9901.txt" >"$state/last.out" 2>&1
}
ends() {
	local want=$1 code=0
	shift
	ykt "$@" || code=$?
	[ "$code" -eq "$want" ] || die '' "'ykt $*': $code, not $want"
}
shows() { grep -qF -- "$1" "$state/last.out" || die '' "the result does not say: $1"; }
answer() { sed -i "s/^$1=.*/$1=$2/" "$state/answers"; }
# books SH EXT: what the ledger says, and that it verifies.
books() {
	local ledger
	ledger=$(admin 22)
	verifies "$ledger"
	[ "$(total "$ledger" SH)" = "$1" ] && [ "$(total "$ledger" EXT)" = "$2" ] || die '' "the books: $ledger"
}
stop_one() {
	local pid
	pid=$(cat "$state/run/$1.pid")
	kill -TERM "$pid"
	tail --pid="$pid" -f /dev/null
}

city_base
city_files
city_start 9901 >/dev/null
printf '%s\n' phone=13800000001 'name=Li Ming' 'password=three taps' 'password2=three taps' consent=y ok=y \
	new_pin=604719 new_pin2=604719 pin=604719 old_pin=604719 city=9901 >"$state/answers"
done_by register
done_by login
done_by open --city 9901 --load 42.00 --yes
books 4200 0
ends 1 bind card
shows 'The card is one of the account already.'
ends 1 unbind card
shows 'The card was opened here. Delete it, or give it back.'

# Another system of the issuer's: the same keys, and nothing else that it knows.
for name in platformd tsmd keyd; do
	stop_one "$name-9901"
	rm -f "$state/$name-9901.db"*
done
rm -rf "$state/client" "$state/client.vault"
for name in keyd tsmd platformd; do start "$name-9901" "ykt-$name" "$state/$name-9901.json" >/dev/null; done
done_by register
done_by login
done_by cards
books 0 0
answer ok n
ends 10 bind card
answer ok y
done_by bind card
shows 'The card is bound.'
shows '42.00'
shows 'The money is on the card, as before.'
books 4200 -4200
ends 1 bind card
done_by cards
done_by balance
shows '42.00'
done_by topup --yes 10.00
books 5200 -4200
done_by balance
shows '52.00'
done_by records
done_by lock
ends 1 unbind card
shows 'The card stays bound.'
done_by unlock

# It stays on the card, and anybody who holds it can bind it again.
answer password 'three tops'
ends 1 unbind card
shows 'The password is not right.'
answer password 'three taps'
done_by unbind card
shows 'The card is unbound.'
shows 'The money is on the card, as before.'
books 0 1000
done_by bind card
shows '52.00'
books 5200 -4200
stop_services
echo 'bind_card: ok'
