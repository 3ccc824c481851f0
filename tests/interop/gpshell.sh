#!/usr/bin/env bash
# gpshell, a GlobalPlatform tool of others, unchanged, at a card of ours in a PC/SC reader:
# SCP03 with AES-128, -192 and -256, and SCP02. Skipped (77) where it is not installed and
# cannot be fetched; docs/testing.md lists it.
#
# usage: gpshell.sh YKT_SE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "${1:?usage: gpshell.sh YKT_SE}")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # for reader.sh
name=gpshell

# Fetched outside of the namespaces, which have no network.
if [ "${PCSC_ALONE:-}" != yes ]; then
	GPSHELL=$(command -v gpshell || true)
	GPSHELL_LIBS=
	if [ -z "$GPSHELL" ]; then
		unpacked=$(mktemp -d)
		trap 'rm -rf "$unpacked"' EXIT
		if ! root=$("$here/fetch_debian.sh" "$unpacked" gpshell libglobalplatform7 \
			libgppcscconnectionplugin1 libminizip1t64 2>"$unpacked/fetch.log"); then
			tail -n 5 "$unpacked/fetch.log"
			echo "gpshell: apt could not fetch the tool"
			exit 77
		fi
		GPSHELL=$root/bin/gpshell
		GPSHELL_LIBS=$(echo "$root"/lib/*-linux-gnu)
	fi
	export GPSHELL GPSHELL_LIBS
fi

# shellcheck source=../../tools/pcsc-reader.sh
. "$here/../../tools/pcsc-reader.sh"
if [ "${PCSC_ALONE:-}" != yes ]; then
	(pcsc_alone "$0" "$ykt_se")
	exit $?
fi
# shellcheck source=reader.sh
. "$here/reader.sh"
reader_start

isd=A000000151000000
ident_package=F0594B544944
ident=F0594B54494401
domain_package=A0000001515350
domain_module=A000000151535041
domain=A00000015153504101
new_version=4

# tool KEY VERSION LEVEL LINE...: a session of the tool; true when it ran to its end.
tool() {
	local key=$1 version=$2 level=$3
	shift 3
	printf '%s\n' mode_211 enable_trace establish_context "card_connect -readerNumber 1" \
		"select -AID $isd" \
		"open_sc -security $level -keyind 0 -keyver $version -mac_key $key -enc_key $key -kek_key $key" \
		"$@" card_disconnect release_context >"$folder/script"
	LD_LIBRARY_PATH=$GPSHELL_LIBS timeout 60 "$GPSHELL" "$folder/script" >"$folder/tool.log" 2>&1 ||
		return 1
	! grep -q ' returns\? 0x' "$folder/tool.log"
}

# told PATTERN: the last session printed it.
told() {
	grep -q -- "$1" "$folder/tool.log"
}

# keys_of BYTES OFFSET: a key of so many bytes, in hex.
keys_of() {
	for ((i = 0; i < $1; i++)); do
		printf '%02X' $((i + $2))
	done
}

# walk BYTES: what a city's office would do, under keys of its own of that size.
walk() {
	local own later
	own=$(keys_of "$1" 96)
	later=$(keys_of "$1" 160)

	tool "$factory_key" 0 3 "get_status -element 20" "get_status -element 10" \
		"get_status -element 80" "get_status -element 40" \
		"put_sc_key -keyver 0 -newkeyver $new_version -mac_key $own -enc_key $own -kek_key $own" ||
		fail "keys of $1 bytes"
	told "^${ident,,}" || fail "the identity application is not listed"

	tool "$own" $new_version 3 "delete -AID $ident" || fail "DELETE"
	tool "$own" $new_version 3 "get_status -element 40" && fail "a deleted application is listed"
	told "returns 0x80206A88" || fail "an empty list has another answer than 6A88"

	tool "$own" $new_version 1 \
		"install_for_install -priv 0 -AID $ident -pkgAID $ident_package -instAID $ident" \
		"install_for_make_selectable -priv 0 -instAID $ident" \
		"install_for_install -priv 128 -AID $domain_module -pkgAID $domain_package -instAID $domain" \
		"install_for_make_selectable -priv 128 -instAID $domain" \
		"get_status -element 40" || fail "INSTALL"
	told "^${ident,,} *| Selectable" || fail "the identity application is not back"
	told "^${domain,,} *| Selectable" || fail "the security domain is not listed"

	tool "$own" $new_version 3 \
		"install_for_install -priv 0 -AID $ident -pkgAID $ident_package -instAID $ident" &&
		fail "an application was installed twice"
	told "returns 0x80206A80" || fail "a second INSTALL has another answer than 6A80"

	tool "$own" $new_version 3 "delete -AID $domain" \
		"put_sc_key -keyver $new_version -newkeyver $new_version -mac_key $later -enc_key $later -kek_key $later" ||
		fail "new keys in place of the old"
	tool "$own" $new_version 3 && fail "the old keys still open a channel"
	tool "$later" $new_version 3 "get_status -element 40" || fail "the new keys"
	told "^${domain,,}" && fail "a deleted security domain is listed"
	return 0
}

for bytes in 16 24 32; do
	reader_card "$ykt_se" "aes$bytes.img"
	tool "$factory_key" 0 3 || fail "SCP03"
	told "^Response <-- .\{20\}300370" || fail "the channel is not SCP03"
	walk "$bytes"
	reader_empty
done

reader_card "$ykt_se" scp02.img --scp=02
tool "$factory_key" 0 3 || fail "SCP02"
told "^Response <-- .\{20\}3002" || fail "the channel is not SCP02"
walk 16
reader_empty

echo "gpshell: ok"
