#!/usr/bin/env bash
# The app's window, driven through the accessibility bus against real services: one walk
# of walk_test.py in one language and profile. Nothing may appear on its standard error,
# and with "leaks" as the last argument one page of each kind may lose no memory of ours
# (to see where a leak is from makes the app slow). SLOT: see city_base.
#
# usage: app.sh BIN SOURCE APP CATALOGUE-FOLDER SLOT WALK en|zh se|seless [leaks]
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
# shellcheck source=tests/app/kit.sh
. "$(dirname "$0")/kit.sh"

walk=$6 language=$7 profile=$8
city_base "$5"
city_files
city_start 9901

# The element's own menu, which calls the platform through its gateway. Its key is
# "TEST menu root key, not for use!", whose other half a test element knows.
if [ "$profile" = se ]; then
	{
		echo "version 1"
		echo "gateway 127.0.0.1 tcp $(port 24) udp $(port 25)"
		grep -v '^version' "$here/data/menu/menu.txt"
	} | "$bin/ykt" --lang "$language" menu --key 54455354206D656E7520726F6F74206B65792C206E6F7420666F722075736521 \
		--card "socket:$state/se.sock" >/dev/null || die '' 'the element takes no menu'
fi

# A wait is for a program that hangs, not a measure of speed.
export YKT_APP_WAIT=40
[ "${9:-}" != leaks ] || export YKT_APP_LEAKS=1
cd "$state"
[ "$profile" = se ] || { jq '.se = "" | .profile = "seless"' client.json >seless.json && mv seless.json client.json; }
in_window /usr/bin/python3 "$here/tests/app/walk_test.py" "$walk" "$app" "$state/client.json" "$language" "$profile" 13800000001 \
	"$YKT_LOCALE_DIR/zh_CN/LC_MESSAGES/ykt-app.mo" "$state"
