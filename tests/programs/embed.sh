#!/usr/bin/env bash
# libykt as an embedder meets it: installed, found by pkg-config, linked shared and
# static into examples/balance.c, run on a card; and told wrong things.
#
# usage: embed.sh BUILD SOURCE YKT_SE YKT CC
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

[ $# -eq 5 ] || { sed -n 's/^# usage/usage/p' "$0"; exit 2; }
build=$(readlink -f "$1")
source=$(readlink -f "$2")
ykt_se=$(readlink -f "$3")
ykt=$(readlink -f "$4")
cc=$5
folder=$(mktemp -d)
card=
cleanup() {
	[ -z "$card" ] || { kill "$card" && wait "$card"; } 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "embed: $1"
	head -n 20 ./{cc,card,run,ykt,shared,static,refused,nobody}.log 2>/dev/null || true
	exit 1
}

# Installed: the headers stand alone, and pkg-config says how to link.
meson install -C "$build" --no-rebuild --quiet --destdir "$folder/root" >install.log 2>&1 || fail "no install"
pc=$(find root -name libykt.pc)
[ -n "$pc" ] || fail "no libykt.pc"
lib=$(dirname "$(find "$folder/root" -name libykt.so)")
export PKG_CONFIG_PATH=$folder/$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR=$folder/root
flags=$(pkg-config --cflags libykt)
# A library with sanitizers wants a program with them.
sanitize=
nm -D "$lib/libykt.so" >nm.log
grep -q __asan_init nm.log && sanitize=-fsanitize=address,undefined
# shellcheck disable=SC2086
{
	"$cc" -std=c17 -Wall -Wextra -Werror $sanitize $flags "$source/examples/balance.c" \
		$(pkg-config --libs libykt) -Wl,-rpath,"$lib" -o shared
	mkdir alone
	cp "$lib/libykt.a" alone
	"$cc" -std=c17 -Wall -Wextra -Werror $sanitize $flags "$source/examples/balance.c" \
		-Lalone $(PKG_CONFIG_SYSROOT_DIR='' pkg-config --libs --static libykt | sed 's/-L[^ ]*//') -o static
} >cc.log 2>&1 || fail "the example does not build"
ldd static >ldd-static.log
grep -q libykt ldd-static.log && fail "the static example needs libykt.so"
ldd shared >ldd-shared.log
grep -q libykt.so.0 ldd-shared.log || fail "the shared example has no libykt.so.0"

# A card with money on it, and the same balance that ykt card prints.
bash "$source/tools/make-ca" ca >ca.log 2>&1 || fail "no certificates"
"$ykt_se" testcard card.img >card.log 2>&1 || fail "no card"
"$ykt_se" run card.img --socket wired --volatile >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	grep -q ready run.log && break
	sleep 0.1
done
"$ykt" --lang en card socket:wired >ykt.log 2>&1 || fail "ykt card"
balance=$(sed -n 's/^Balance *\([0-9.]*\) .*/\1/p' ykt.log)
[ -n "$balance" ] || fail "ykt card shows no balance"
for kind in shared static; do
	./$kind socket:wired "state-$kind" ca/ca.pem >$kind.log 2>&1 || fail "$kind: exit $?"
	grep -q "^\[balance_result\]" $kind.log || fail "$kind: no balance screen"
	grep -q ": $balance\$" $kind.log || fail "$kind: not the balance $balance"
done

# Wrong things: a word on the option that is to blame, exit 2.
refused() {
	local words=$1 code=0
	shift
	./shared "$@" >refused.log 2>&1 || code=$?
	[ $code -eq 2 ] || fail "exit $code instead of 2 for: $*"
	grep -q "^balance: $words" refused.log || fail "other words than '$words' for: $*"
}
refused ca_file socket:wired state-1
refused "ca_file" socket:wired state-2 nothing.pem
: >file
refused state_folder socket:wired file ca/ca.pem
refused se_address "socket:$(printf 'x%.0s' $(seq 5000))" state-3 ca/ca.pem

# No card there: one screen that says so, exit 1.
code=0
./shared socket:nobody state-4 ca/ca.pem >nobody.log 2>&1 || code=$?
[ $code -eq 1 ] || fail "exit $code without a card"
[ "$(grep -c '^\[balance_result\]' nobody.log)" -eq 1 ] || fail "not one screen without a card"
echo "embed: shared and static show $balance"
