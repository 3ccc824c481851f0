#!/usr/bin/env bash
# A GlobalPlatform tool of others at a card of ours, in a PC/SC reader: pcscd with vpcd's
# driver, node-gp over scriptor. Skipped (77) without Node.js, or when npm cannot fetch the
# tool; docs/testing.md lists it.
#
# usage: gp_tool.sh YKT_SE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

ykt_se=$(readlink -f "${1:?usage: gp_tool.sh YKT_SE}")
here=$(cd "$(dirname "$0")" && pwd)

for tool in node npm; do
	command -v "$tool" >/dev/null || {
		echo "gp_tool: $tool is not installed"
		exit 77
	}
done

# Fetched outside of the namespaces, which have no network.
if [ "${PCSC_ALONE:-}" != yes ]; then
	GP_TOOL=$(mktemp -d)
	export GP_TOOL
	trap 'rm -rf "$GP_TOOL"' EXIT
	cp "$here/package.json" "$here/package-lock.json" "$GP_TOOL"
	if ! npm ci --prefix "$GP_TOOL" --ignore-scripts --no-audit --no-fund >"$GP_TOOL/npm.log" 2>&1; then
		tail -n 5 "$GP_TOOL/npm.log"
		echo "gp_tool: npm could not fetch the tool"
		exit 77
	fi
fi

# shellcheck source=../../tools/pcsc-reader.sh
. "$here/../../tools/pcsc-reader.sh"
if [ "${PCSC_ALONE:-}" != yes ]; then
	(pcsc_alone "$0" "$ykt_se")
	exit $?
fi

# shellcheck disable=SC2034 # for reader.sh
name=gp_tool
# shellcheck source=reader.sh
. "$here/reader.sh"
reader_start

# The tool's walk over the card in the reader.
walk() {
	NODE_PATH=$GP_TOOL/node_modules timeout 60 node --openssl-legacy-provider \
		"$here/gp_tool.js" "Virtual PCD 00 00" >"$folder/tool.log" 2>&1
}

reader_card "$ykt_se" gp.img --scp=02 --plain-channel
walk || fail "the tool's walk"
grep -q "gp_tool: ok" "$folder/tool.log" || fail "the tool's walk did not end"
reader_empty

# The tool asks for a channel without secure messaging; a card that was not made for it refuses.
reader_card "$ykt_se" firm.img --scp=02
walk && fail "a card that allows no plain channel opened one"
grep -q "unexpected auth response 6a86" "$folder/tool.log" || fail "the refusal has another name"

echo "gp_tool: ok"
