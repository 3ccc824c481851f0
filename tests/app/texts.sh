#!/usr/bin/env bash
# Every text of the app has a Chinese one, nothing translated is unused, and the
# desktop file and the metainfo are what their standards say.
#
# usage: texts.sh SOURCE CATALOGUE.po
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

whole=$(readlink -f "${2:?usage: texts.sh SOURCE CATALOGUE.po}")
cd "$1/app"
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
xgettext --from-code=UTF-8 -k_ -kN_ -L C --no-location -o "$room/c.pot" ./*.c
xgettext --from-code=UTF-8 --no-location -o "$room/ui.pot" ui/*.ui
msgcat "$room/c.pot" "$room/ui.pot" -o "$room/all.pot"
# What the app says must be in the whole catalogue; the app's own part has nothing else.
msgcmp --use-untranslated "$whole" "$room/all.pot" 2>"$room/said" || { cat "$room/said" >&2; exit 1; }
msgattrib --untranslated "$whole" | grep -q msgid && { echo "texts: something is not translated" >&2; exit 1; }
own=$(msgcat --no-location po/zh_CN/LC_MESSAGES/ykt-app.po | grep -c '^msgid "."\|^msgid "..')
used=$(msgcomm --more-than=1 --no-location po/zh_CN/LC_MESSAGES/ykt-app.po "$room/all.pot" | grep -c '^msgid "."\|^msgid "..')
[ "$own" -eq "$used" ] || { echo "texts: of $own of the app's own only $used are said" >&2; exit 1; }
desktop-file-validate data/org.yikatong.App.desktop
for tool in appstreamcli appstream-util; do
	command -v "$tool" >/dev/null || continue
	case $tool in
	appstreamcli) appstreamcli validate --no-net data/org.yikatong.App.metainfo.xml ;;
	*) appstream-util validate-relax --nonet data/org.yikatong.App.metainfo.xml ;;
	esac
done
echo "texts: $(grep -c '^msgid' "$room/all.pot") of the app, all translated"
