#!/usr/bin/env bash
# The app's window, driven through the accessibility bus against real services, in
# both languages. Nothing may appear on its standard error, and nothing may leak.
#
# usage: app.sh BIN SOURCE APP CATALOGUE-FOLDER
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
umask 077

bin=$(readlink -f "${1:?usage: app.sh BIN SOURCE APP CATALOGUE-FOLDER}")
here=$(readlink -f "$2")
app=$(readlink -f "$3")
YKT_LOCALE_DIR=$(readlink -f "$4")
export YKT_LOCALE_DIR
for tool in Xvfb dbus-run-session /usr/bin/python3; do
	command -v "$tool" >/dev/null || { echo "app: $tool is missing: skipped"; exit 77; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null || { echo "app: no AT-SPI for Python: skipped"; exit 77; }

state=$(mktemp -d)
die() {
	echo "app: $2" >&2
	exit 1
}
# shellcheck source=tools/city-setup
. "$here/tools/city-setup"
cleanup() {
	local pid
	for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

city_base
city_files
city_start 9901

# A wait is for a program that hangs, not a measure of speed.
export YKT_APP_WAIT=40
cd "$state"
catalogue=$YKT_LOCALE_DIR/zh_CN/LC_MESSAGES/ykt-app.mo
drive() {
	"$here/tests/app/session" /usr/bin/python3 "$here/tests/app/flow_test.py" "$app" "$@" "$catalogue"
}
# Two users of one phone, one after the other: the second finds the card of the first.
jq '.state = "client-zh"' client.json >client-zh.json
drive "$state/client.json" en 13800000001
drive "$state/client-zh.json" zh 13800000002
