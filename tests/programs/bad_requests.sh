#!/usr/bin/env bash
# Bad TLS, HTTP and JSON against every listener of the real servers, and rogue
# servers against the real clients. Nothing is stored, nothing is sent to a rogue,
# and the services go on (docs/bad-inputs.md).
#
# usage: bad_requests.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
umask 077

bin=$(readlink -f "${1:?usage: bad_requests.sh BIN SOURCE}")
here=$(readlink -f "${2:?usage: bad_requests.sh BIN SOURCE}")
state=$(mktemp -d)
rogues=()

die() {
	echo "bad_requests: $2" >&2
	tail -n 5 "$state"/*.out 2>/dev/null >&2 || true
	exit 1
}
# shellcheck source=tools/city-setup
. "$here/tools/city-setup"
cleanup() {
	local pid
	for pid in "${started[@]}" "${rogues[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

# --- certificates that must not be believed ------------------------------------

new_key() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null; }
extensions() {
	printf 'basicConstraints=critical,CA:FALSE\nextendedKeyUsage=%s\nsubjectAltName=%s\n' \
		"${1:-serverAuth,clientAuth}" "${2:-IP:127.0.0.1,DNS:localhost}" >"$state/ext"
}
# issue FILE SUBJECT CA FROM TO: FROM and TO as YYYYMMDDHHMMSSZ
issue() {
	local ca=$3 work="$state/issue"
	rm -rf "$work" && mkdir "$work" && : >"$work/index" && echo 01 >"$work/serial"
	printf '%s\n' '[ca]' 'default_ca=d' '[d]' "database=$work/index" "serial=$work/serial" "new_certs_dir=$work" \
		'default_md=sha256' 'policy=p' 'unique_subject=no' '[p]' 'organizationName=optional' 'commonName=supplied' >"$work/conf"
	new_key "$1" "$2"
	openssl ca -batch -config "$work/conf" -cert "$ca.pem" -keyfile "$ca.key" -in "$1.csr" -out "$1.pem" -notext \
		-preserveDN -extfile "$state/ext" -startdate "$4" -enddate "$5" 2>/dev/null || die '' "cannot make $1"
}
past=20200101000000Z now=20210101000000Z later=20990101000000Z far=20991231000000Z

make_bad() {
	local keys=$state/keys role
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/O=yikatong TEST/CN=yikatong throw-away test CA" \
		-addext 'basicConstraints=critical,CA:TRUE' -keyout "$state/foreign-ca.key" -out "$state/foreign-ca.pem" 2>/dev/null
	for role in payd platform-9901; do
		extensions
		issue "$keys/bad-foreign-$role" "/CN=$role" "$state/foreign-ca" "$now" "$far"
		issue "$keys/bad-expired-$role" "/CN=$role" "$keys/ca" "$past" "$now"
		issue "$keys/bad-future-$role" "/CN=$role" "$keys/ca" "$later" "$far"
		issue "$keys/bad-two-names-$role" "/CN=$role/CN=operator" "$keys/ca" "$now" "$far"
		extensions serverAuth
		issue "$keys/bad-server-only-$role" "/CN=$role" "$keys/ca" "$now" "$far"
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$role" \
			-keyout "$keys/bad-self-$role.key" -out "$keys/bad-self-$role.pem" 2>/dev/null
	done
	extensions
	issue "$keys/rogue-foreign" /CN=platform-9901 "$state/foreign-ca" "$now" "$far"
	issue "$keys/rogue-expired" /CN=platform-9901 "$keys/ca" "$past" "$now"
	issue "$keys/rogue-future" /CN=platform-9901 "$keys/ca" "$later" "$far"
	extensions clientAuth
	issue "$keys/rogue-client-only" /CN=platform-9901 "$keys/ca" "$now" "$far"
	extensions '' IP:127.0.0.9,DNS:elsewhere
	issue "$keys/rogue-other-host" /CN=platform-9901 "$keys/ca" "$now" "$far"
}

# --- what the services hold -----------------------------------------------------

# Every row of every database, from copies: the services hold the files themselves.
books() {
	local db
	for db in platformd-9901 keyd-9901 tsmd-9901 payd; do
		rm -f "$state"/look.db*
		cp "$state/$db.db" "$state/look.db"
		[ ! -f "$state/$db.db-wal" ] || cp "$state/$db.db-wal" "$state/look.db-wal"
		echo "== $db"
		sqlite3 "$state/look.db" .dump
	done
}

city_base
city_files
make_bad
city_start 9901 >"$state/start.out"
sleep 1 # the housekeeping of the first second
books >"$state/before"
python3 "$here/tests/programs/bad_requests.py" "$state/keys" "$base" || die '' 'see above'
for name in payd keyd-9901 tsmd-9901 platformd-9901; do
	kill -0 "$(cat "$state/run/$name.pid")" || die '' "$name has died"
done
books >"$state/after"
# A gate's batch that cannot be read is told to the operator, once, and changes nothing else.
alarm="^INSERT INTO casebook VALUES('batch','gate-"
[ "$(grep -c "$alarm" "$state/after")" = 1 ] || die '' 'the bad batch of a gate is no open case, or several'
sed -i "/$alarm/d" "$state/after"
cmp -s "$state/before" "$state/after" || { diff "$state/before" "$state/after" | head -n 20; die '' 'something was stored'; }
echo '  databases: not a byte of a row has moved, but for the case of the bad batch'

# --- rogue servers against the clients -------------------------------------------

"$bin/ykt-validator" psam "$state/gate-1.json" >"$state/psam.out" 2>&1 || die '' 'no PSAM from the true key module'
# Each rogue at a port of its own; the clients call all of them at once.
printf '%s\n' phone=13800000001 'password=three taps' >"$state/answers"
certs=(true foreign expired future client-only other-host old-tls plain)
calls=()
# call CERT CLIENT COMMAND...: in the background; its code goes to a file.
call() {
	local out="$state/call-$1-$2"
	{ timeout 30 "${@:3}" >"$out.out" 2>&1 && echo 0 >"$out.code" || echo $? >"$out.code"; } &
	calls+=("$!")
}
for i in "${!certs[@]}"; do
	cert=${certs[$i]}
	at=$(port $((3 + i)))
	case $cert in
	plain) options=(--plain) ;;
	true) options=("$state/keys/platform-9901") ;;
	old-tls) options=(--old "$state/keys/platform-9901") ;;
	*) options=("$state/keys/rogue-$cert") ;;
	esac
	: >"$state/rogue-$cert.sent"
	python3 "$here/tests/programs/rogue_server.py" "$at" "$state/rogue-$cert.sent" "${options[@]}" >"$state/rogue-$cert.log" 2>&1 &
	rogues+=("$!")
	for _ in $(seq 100); do
		grep -q ready "$state/rogue-$cert.log" && break
		sleep 0.05
	done
	sed "s#\"platform\":\"[^\"]*\"#\"platform\":\"https://127.0.0.1:$at\"#; s#\"state\":\"client\"#\"state\":\"client-$cert\"#" \
		"$state/client.json" >"$state/client-$cert.json"
	mkdir "$state/client-$cert"
	sed "s#\"platform\":\"[^\"]*\"#\"platform\":\"https://127.0.0.1:$at\"#; s#\"state\":\"gate-1\"#\"state\":\"gate-$cert\"#; s#psam-1.img#gate-$cert.img#" \
		"$state/gate-1.json" >"$state/gate-$cert.json"
	mkdir "$state/gate-$cert"
	cp "$state/psam-1.img" "$state/gate-$cert.img"
	sed "s#\"keyd\":\"[^\"]*\"#\"keyd\":\"https://127.0.0.1:$at\"#; s#psam-1.img#psam-$cert.img#" \
		"$state/gate-1.json" >"$state/psam-$cert.json"
	call "$cert" ykt "$bin/ykt" login --config "$state/client-$cert.json" --answers "$state/answers"
	call "$cert" gate "$bin/ykt-validator" params "$state/gate-$cert.json"
	call "$cert" psam "$bin/ykt-validator" psam "$state/psam-$cert.json"
done
wait "${calls[@]}"
for cert in "${certs[@]}"; do
	# The control: believed, so that the requests arrive there.
	[ "$cert" = true ] || [ ! -s "$state/rogue-$cert.sent" ] || die '' "$cert: sent $(head -c 60 "$state/rogue-$cert.sent")"
	[ ! -e "$state/psam-$cert.img" ] || die '' "$cert: a PSAM was made"
	for client in ykt gate psam; do
		code=$(cat "$state/call-$cert-$client.code")
		[ "$code" -ne 0 ] && [ "$code" -lt 124 ] || die '' "$cert, $client: exit $code"
	done
done
for path in /client/open /gate/params /key/psam.make; do
	grep -aq "^POST $path HTTP/1.1" "$state/rogue-true.sent" || die '' "the control was not asked for $path"
done
echo "  clients: $((${#calls[@]} - 3)) calls to rogue servers, nothing was sent"
stop_services
echo 'bad_requests: ok'
