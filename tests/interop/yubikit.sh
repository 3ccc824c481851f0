#!/usr/bin/env bash
# yubikit, the library of a maker of security keys, unchanged, at a card of ours in a PC/SC
# reader: SCP03 at level 33 (ciphered commands and answers, MACs on both), every length in
# extended form. Skipped (77) where apt cannot fetch it; docs/testing.md lists it.
#
# usage: yubikit.sh YKT_SE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "${1:?usage: yubikit.sh YKT_SE}")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034 # for reader.sh
name=yubikit

# Fetched outside of the namespaces, which have no network.
if [ "${PCSC_ALONE:-}" != yes ]; then
	unpacked=$(mktemp -d)
	trap 'rm -rf "$unpacked"' EXIT
	if ! root=$("$here/fetch_debian.sh" "$unpacked" python3-ykman python3-fido2 \
		2>"$unpacked/fetch.log"); then
		tail -n 5 "$unpacked/fetch.log"
		echo "yubikit: apt could not fetch the library"
		exit 77
	fi
	export YUBIKIT=$root/lib/python3/dist-packages
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

# The library over the card in the reader, in Debian's own Python, for which the modules in C are built.
walk() {
	PYTHONPATH=$YUBIKIT PYTHONDONTWRITEBYTECODE=1 timeout 60 /usr/bin/python3 \
		"$here/yubikit_walk.py" "Virtual PCD 00 00" "$factory_key" >"$folder/tool.log" 2>&1
}

reader_card "$ykt_se" scp03.img
walk || fail "the library's walk"
reader_empty

# SCP02 knows no extended lengths, and this library no SCP02.
reader_card "$ykt_se" scp02.img --scp=02
walk && fail "a channel over other keys than AES"
reader_empty

echo "yubikit: ok"
