#!/usr/bin/env bash
# The app's speed and memory under Xvfb with the cairo renderer, beside an empty
# libadwaita window measured in the same run:
#   app.first_frame   exec to the first frame, ms; the median of 9
#   app.memory        resident memory with the main page and a balance on it, KiB;
#                     limit: 1.15 times the empty window's, and 15 MB
#   app.memory.zh     the same in Chinese, beside a window with one word of it: any
#                     Chinese text brings 10 MB of its font
#   app.balance       the card's answer to the balance in a frame, ms; the median of 5
#   app.redraw        frames that took longer than 1/60 s, of 300 new ride codes; the
#                     processor's time counts, so that another program drops none
# Run in a build tree. Without the app or a screen it says so and measures nothing.
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
umask 077

tree=$PWD
here=@source@
bin=$tree/bin
probe=$tree/bench/app/app-probe
for tool in Xvfb dbus-run-session jq; do
	command -v "$tool" >/dev/null || { echo "app: $tool is missing: not measured" >&2; exit 0; }
done
if [ -z "${APP_BENCH_STATE:-}" ]; then
	state=$(mktemp -d)
	# What is called, and what it is to be called with, is in the scripts that are shared.
	die() {
		echo "app: $2" >&2
		exit 1
	}
	# shellcheck source=../../tools/city-setup
	. "$here/tools/city-setup"
	trap 'stop_services; rm -rf "$state"' EXIT
	[ -n "${YKT_PORT_BASE:-}" ] && base=$YKT_PORT_BASE || city_base
	city_files
	city_start 9901 >/dev/null
	printf '%s\n' phone=13800000001 name=Rider 'password=three taps' 'password2=three taps' consent=y ok=y \
		>"$state/answers"
	for verb in register login 'open --city 9901 --load 20.00'; do
		# shellcheck disable=SC2086
		"$bin/ykt" --lang en $verb --config "$state/client.json" --quiet --yes --answers "$state/answers" \
			>"$state/out" 2>&1 || { cat "$state/out" >&2; die '' "ykt $verb"; }
	done
	jq '.se = "socket:line.sock"' "$state/client.json" >"$state/line.json"
	APP_BENCH_STATE=$state "$here/tests/app/session" "$0"
	exit
fi

state=$APP_BENCH_STATE
export YKT_LOCALE_DIR=$tree/app/po
line() {
	awk -v name="$1" -v value="$2" -v unit="$3" -v limit="$4" 'BEGIN {
		printf "{\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"limit\": %.3f, \"ratio\": %.4f}\n",
			name, value, unit, limit, (limit > 0 ? value / limit : value) }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
# resident LANGUAGE COMMAND...: KiB once it has settled.
resident() {
	local pid
	LANGUAGE=$1 "${@:2}" >/dev/null & pid=$!
	sleep 5
	awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"
	kill "$pid"
	wait "$pid" 2>/dev/null || true
}

frames=()
for i in 0 1 2 3 4 5 6 7 8 9; do
	ms=$("$probe" frame "$state/client.json")
	# The first warms the page cache; it does not count.
	[ "$i" -eq 0 ] || frames+=("$ms")
done
line app.first_frame "$(printf '%s\n' "${frames[@]}" | median)" ms 250

for language in en zh_CN; do
	word=()
	[ "$language" = en ] || word=(一卡通)
	empty=$(resident "$language" "$tree/bench/app/app-empty" "${word[@]}")
	full=$(resident "$language" "$tree/app/ykt-app" --config "$state/client.json")
	name=app.memory
	[ "$language" = en ] || name=app.memory.zh
	line "$name" "$full" KiB "$(awk -v e="$empty" 'BEGIN { print e * 1.15 + 15 * 1000000 / 1024 }')"
done

for i in 1 2 3 4 5; do
	rm -f "$state/line.sock"
	(cd "$state" && LANGUAGE=en "$probe" balance line.json line.sock se.sock '¥20.00')
done | median | { read -r ms; line app.balance "$ms" ms 100; }

"$probe" redraw 300 >"$state/redraw"
line app.redraw "$(awk '$1 > 1000 / 60 { n++ } END { print n + 0 }' "$state/redraw")" frames 0
line app.redraw.slowest "$(sort -n "$state/redraw" | tail -n 1)" ms 16.667
