#!/usr/bin/env bash
# Canaries (T28, C5-DAT-1, C5-DAT-4): a whole journey on real programs with secrets
# that are looked for afterwards in every log, output, database and state folder, and in
# the memory of the services while they run. Not one may be there.
#
# usage: canary.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
umask 077

bin=$(readlink -f "${1:?usage: canary.sh BIN SOURCE}")
here=$(readlink -f "${2:?usage: canary.sh BIN SOURCE}")
scan=$here/tests/programs/canary_scan.py
state=$(mktemp -d)
mine=$(mktemp -d) # what this script itself keeps: not searched

die() {
	echo "canary: $2" >&2
	tail -n 5 "$state"/log/client.out >&2 2>/dev/null || true
	exit 1
}
# shellcheck source=tools/city-setup
. "$here/tools/city-setup"
cleanup() {
	local pid
	for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$state" "$mine"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

password=canary-Pa55-of-the-login
changed=canary-Pa55-afterwards
pin=738205
ykt() {
	timeout 60 "$bin/ykt" --lang en "$@" --config "$state/client.json" --yes --answers "$mine/answers" \
		>>"$state/log/client.out" 2>&1
}
done_by() { ykt "$@" || die '' "'ykt $*': $?"; }
merchant() {
	curl -sS --max-time 10 --cacert "$state/keys/ca.pem" --cert "$state/keys/merchant-0001.pem" \
		--key "$state/keys/merchant-0001.key" -H 'Content-Type: application/json' -d "$2" \
		"$(url 22)/merchant/$1"
}
pids() { cat "$state"/run/"$1".pid; }
# clean WHAT PLACE...: no canary is there.
clean() {
	"$scan" "$mine/canaries" "$@" >"$mine/found" || { cat "$mine/found" >&2; die '' 'a secret was found'; }
}

city_base
city_files
city_start 9901 >/dev/null
cat >"$mine/answers" <<EOF
consent=1
phone=13812345678
name=林 小雨
password=$password
password2=$password
old_password=$password
new_password=$changed
new_password2=$changed
new_pin=$pin
new_pin2=$pin
pin=$pin
EOF
# The secrets of the user, and those of the issuer that only the key module may hold.
cat >"$mine/user" <<EOF
password $password
changed $changed
pin $pin
EOF
jq -r 'to_entries[] | select(.key != "psam") | "\(.key) hex:\(.value)"' "$state/keys/roots-9901.json" >"$mine/roots"

# The scan is one that finds: in a file, in UTF-16, in hex, and in memory.
cat "$mine/user" "$mine/roots" >"$mine/canaries"
printf 'x %s y' "$password" >"$mine/known"
! "$scan" "$mine/canaries" file "$mine/known" >"$mine/found" || die '' 'a canary in a file was not found'
printf '%s' "$changed" | iconv -t UTF-16LE >"$mine/known"
! "$scan" "$mine/canaries" file "$mine/known" >"$mine/found" || die '' 'a canary in UTF-16 was not found'
jq -r .load "$state/keys/roots-9901.json" >"$mine/known"
! "$scan" "$mine/canaries" file "$mine/known" >"$mine/found" || die '' 'a key in hex was not found'
if ! "$scan" "$mine/canaries" memory "$(pids keyd-9901)" >"$mine/found"; then
	grep -q ': load' "$mine/found" || die '' 'the key module holds other secrets than its own'
	can_read=1
else
	grep -q 'may not be read' "$mine/found" || die '' 'the roots in the key module were not found'
	can_read=
fi

done_by register
done_by login
done_by open --city 9901 --load 30
done_by topup 20
done_by records
done_by pin
done_by wallet topup 50
bill=$(merchant bill '{"ref":"c1","payee":"Noodles","goods":"noodles","amount_fen":1234,"life_ms":600000}' | jq -r .bill_id)
[ ${#bill} -eq 32 ] || die '' 'the merchant got no bill'
done_by pay "$bill"
done_by password
sed -i "s/^password=.*/password=$changed/" "$mine/answers"
done_by login
done_by logout
# A password that is wrong is a secret too: it is often right somewhere else.
sed -i 's/^password=.*/password=canary-of-another-site/' "$mine/answers"
echo 'wrong canary-of-another-site' >>"$mine/user"
ykt login && die '' 'a wrong password was taken'

# While they run: the services know neither the user's secrets nor, but for the key module, the roots.
if [ -n "$can_read" ]; then
	cat "$mine/user" "$mine/roots" >"$mine/canaries"
	clean memory "$(pids platformd-9901)" "$(pids tsmd-9901)" "$(pids payd)"
	cp "$mine/user" "$mine/canaries"
	clean memory "$(pids keyd-9901)" "$(pids se)"
fi
# No core file, whatever happens to one of them.
for name in keyd-9901 platformd-9901 tsmd-9901 payd; do
	grep -q '^Max core file size *0 ' "/proc/$(pids "$name")/limits" || die '' "$name may leave a core file"
done
stop_services
# The keys themselves are in keys/, which the operator guards; everything else is clean.
cat "$mine/user" "$mine/roots" >"$mine/canaries"
# The codes of the text messages are in the sink of the development build and on the phone's screen.
"$scan" "$mine/canaries" file "$state/log/client.out" >"$mine/found" || { cat "$mine/found" >&2; die '' 'a secret was shown'; }
grep -o '[0-9]\{6\}$' "$state/sms-9901.txt" | sed 's/^/code /' >>"$mine/canaries"
find "$state" -type f ! -path "$state/keys/*" ! -name 'sms-*.txt' ! -name client.out -print0 >"$mine/files"
grep -qz 'client/store' "$mine/files" && grep -qz 'platformd-9901.db' "$mine/files" || die '' 'there is nothing to look at'
xargs -0 "$scan" "$mine/canaries" file <"$mine/files" >"$mine/found" ||
	{ cat "$mine/found" >&2; die '' 'a secret was left behind'; }
[ -n "$can_read" ] || echo 'canary: the memory of the services may not be read here; files only'
echo 'canary: every place is clean'
