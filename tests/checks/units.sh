#!/usr/bin/env bash
# The units of the services are sound, confine their programs, and belong to a
# user each; the packages install what the build installs.
# Usage: units.sh ROOT
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
root=$1
failed=0
fail() {
	echo "units: $*" >&2
	failed=1
}

for unit in "$root"/data/systemd/*.service; do
	name=$(basename "$unit" .service)
	program=${name%@}
	grep -q "^ExecStart=/usr/sbin/$program /etc/yikatong/" "$unit" || fail "$name starts something else"
	grep -q "^User=$program\$" "$unit" || fail "$name runs as another user"
	grep -q "^u $program " "$root/debian/yikatong-services.sysusers" || fail "no package makes the user $program"
	grep -q "^usr/bin/$program usr/sbin\$" "$root/debian/yikatong-services.install" || fail "no package has $program"
	# Of 100: 15 and below is "OK" with nothing of weight left open.
	systemd-analyze security --offline=true --threshold=15 "$unit" >/dev/null 2>&1 || fail "$name is open"
done
exit "$failed"
