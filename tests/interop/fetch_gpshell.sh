#!/usr/bin/env bash
# gpshell, the GlobalPlatform tool that Debian carries from trixie on, with the libraries it
# needs, unpacked below FOLDER; from the mirror that this machine's apt uses, checked by apt.
# Nothing is installed. Prints the folder that holds bin and lib.
#
# usage: fetch_gpshell.sh FOLDER
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

folder=${1:?usage: fetch_gpshell.sh FOLDER}
suite=trixie
packages=(gpshell libglobalplatform7 libgppcscconnectionplugin1 libminizip1t64)
keys=/usr/share/keyrings/debian-archive-keyring.gpg

# shellcheck disable=SC2016 # apt's own variable
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
	'Component: main' | grep -v security | head -n 1)
[ -n "$mirror" ] || {
	echo "apt knows no mirror of Debian" >&2
	exit 1
}
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/root"
echo "deb [signed-by=$keys] $mirror $suite main" >"$folder/sources.list"
apt=(apt-get -q -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=-
	-o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache"
	-o APT::Sandbox::User=root -o Acquire::Retries=2)
"${apt[@]}" update >&2
cd "$folder"
"${apt[@]}" download "${packages[@]}" >&2
for package in ./*.deb; do
	dpkg-deb -x "$package" root
done
echo "$folder/root/usr"
