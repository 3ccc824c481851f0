# A PC/SC reader of one's own: Debian's pcscd with vpcd's driver, in a mount and a network
# namespace, because pcscd serves one fixed socket. To be sourced; needs bash, set -e.
#
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash

# Where a card process finds the reader (ykt-se run --vpcd).
pcsc_place=127.0.0.1:35963

# pcsc_alone SCRIPT ARGUMENT...: starts the script anew in namespaces of its own; there it
# returns. Fails when a tool is missing (1) or the machine permits no namespaces (77).
pcsc_alone() {
	PATH=$PATH:/usr/sbin:/sbin
	[ "${PCSC_ALONE:-}" != yes ] || return 0
	local tool flags
	for tool in pcscd opensc-tool ip; do
		command -v "$tool" >/dev/null || {
			echo "$tool is not installed (pcscd, vsmartcard-vpcd, opensc, iproute2)" >&2
			return 1
		}
	done
	for flags in "-m -n" "-r -m -n"; do
		# shellcheck disable=SC2086 # the flags are words
		if unshare $flags true 2>/dev/null; then
			PCSC_ALONE=yes exec unshare $flags "$@"
		fi
	done
	echo "this machine permits no namespaces (unshare -m -n)" >&2
	return 77
}

# pcsc_await COMMAND...: true when it succeeds within ten seconds.
pcsc_await() {
	for _ in $(seq 100); do
		if "$@" >/dev/null 2>&1; then
			return 0
		fi
		sleep 0.1
	done
	return 1
}

# pcsc_has_card Yes|No: what the reader says.
pcsc_has_card() {
	opensc-tool -l | grep -q "^0 *$1"
}

# pcsc_start FOLDER: the reader, without a card; its files and pcscd.log in FOLDER. pcscd_pid
# is for the caller to end.
pcsc_start() {
	ip link set lo up
	mkdir -p /run/pcscd
	mount -t tmpfs tmpfs /run/pcscd
	mkdir "$1/readers"
	cat >"$1/readers/vpcd" <<-END
		FRIENDLYNAME "Virtual PCD"
		DEVICENAME   /dev/null:${pcsc_place##*:}
		LIBPATH      /usr/lib/pcsc/drivers/serial/libifdvpcd.so
		CHANNELID    ${pcsc_place##*:}
	END
	pcscd -f -c "$1/readers" >"$1/pcscd.log" 2>&1 &
	# shellcheck disable=SC2034 # the caller's
	pcscd_pid=$!
	pcsc_await sh -c 'opensc-tool -l | grep -q "Virtual PCD"'
}
