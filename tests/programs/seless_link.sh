#!/usr/bin/env bash
# The SE-less client is linked without lib/link and its drivers (C5-ARC-9): no
# symbol of them is in it, and no card reader library. The same look at ykt finds
# both, or this test could not fail.
#
# Usage: seless_link.sh YKT-SELESS YKT
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
seless=$1
full=$2

drivers() { nm "$1" | grep -cE ' [TtDdBbRr] (ykt_)?se_(link|open|place|socket|pcsc|frame|script|serve|callback)' || true; }
reader() { readelf -d "$1" | grep -c 'NEEDED.*libpcsclite' || true; }

[ "$(drivers "$full")" -gt 0 ] || { echo "ykt shows no driver: the look is blind" >&2; exit 1; }
[ "$(reader "$full")" -gt 0 ] || { echo "ykt does not need pcsclite: the look is blind" >&2; exit 1; }
[ "$(drivers "$seless")" -eq 0 ] || { echo "the SE-less client has drivers of an element in it" >&2; exit 1; }
[ "$(reader "$seless")" -eq 0 ] || { echo "the SE-less client needs pcsclite" >&2; exit 1; }
code=0
"$seless" card >/dev/null 2>&1 || code=$?
[ "$code" -eq 3 ] || { echo "ykt-seless card: $code, not 3" >&2; exit 1; }
