#!/usr/bin/env bash
# Packages of a later Debian (trixie) than the one this machine runs, unpacked below FOLDER;
# from the mirror that its apt uses, checked by apt. Nothing is installed. Prints the folder
# that holds bin and lib.
#
# usage: fetch_debian.sh FOLDER PACKAGE...
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

folder=${1:?usage: fetch_debian.sh FOLDER PACKAGE...}
shift
suite=trixie
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
"${apt[@]}" download "$@" >&2
for package in ./*.deb; do
	dpkg-deb -x "$package" root
done
echo "$folder/root/usr"
