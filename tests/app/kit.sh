#!/usr/bin/env bash
# What the walks through the app share, for scripts that source this first: a folder of
# their own, the services of tools/city-setup, and an end after which nothing of theirs
# is alive, whether a walk ended, failed, or was told to end.
#
# Of the arguments: BIN SOURCE APP CATALOGUE-FOLDER, as app.sh has them.
# SPDX-License-Identifier: Apache-2.0

export LC_ALL=C.UTF-8
umask 077

test=${0##*/} test=${test%.sh}
bin=$(readlink -f "${1:?usage: ${0##*/} BIN SOURCE APP CATALOGUE-FOLDER ...}")
here=$(readlink -f "$2")
# shellcheck disable=SC2034
app=$(readlink -f "$3")
YKT_LOCALE_DIR=$(readlink -f "$4")
for tool in Xvfb dbus-run-session /usr/bin/python3; do
	command -v "$tool" >/dev/null || { echo "$test: $tool is missing: skipped"; exit 77; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null || { echo "$test: no AT-SPI for Python: skipped"; exit 77; }

state=$(mktemp -d)
# All that is started from here on inherits this, so it can be found whoever started it.
export YKT_LOCALE_DIR YKT_APP_STATE=$state YKT_APP_BIN=$bin
die() {
	echo "$test: $2" >&2
	exit 1
}
# shellcheck source=tools/city-setup
. "$here/tools/city-setup"

# The processes of this test that are alive, by their surroundings alone.
# Who looks is none of them.
alive() (
	unset YKT_APP_STATE
	grep -lasF "YKT_APP_STATE=$state" /proc/[0-9]*/environ | cut -d / -f 3
)
# Ends what run/ names: what was started first, and what a walk started again in its place.
cleanup() {
	local code=$? pid left
	for pid in "${started[@]}" $(cat "$state"/run/*.pid 2>/dev/null); do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	# What the session's bus has started ends by itself.
	for _ in $(seq 100); do
		left=$(alive) || true
		[ -n "$left" ] || break
		sleep 0.05
	done
	for pid in $left; do
		echo "$test: still alive: $(ps -o pid=,args= -p "$pid")" >&2
		kill -KILL "$pid" 2>/dev/null || true
		code=1
	done
	rm -rf "$state"
	exit "$code"
}
# Who is told to end has no time to look: all at once.
ended() {
	trap '' INT TERM
	# shellcheck disable=SC2046
	kill -KILL $(alive) 2>/dev/null || true
	exit 143
}
trap cleanup EXIT
trap ended INT TERM

# in_window COMMAND...: with a screen and a bus; a signal does not wait for its end.
in_window() {
	"$here/tests/app/session" "$@" &
	wait $! 2>/dev/null # it would tell of each service that a walk kills
}
