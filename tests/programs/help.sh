#!/usr/bin/env bash
# What ykt says of its own options, in the language of the locale or of --lang.
#
# usage: help.sh YKT
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail

ykt=$(readlink -f "${1:?usage: help.sh YKT}")
out=

fail() {
	printf 'help: %s\n%s\n' "$1" "$out"
	exit 1
}
# says CODE TEXT LOCALE WORD...
says() {
	local want=$1 text=$2 locale=$3 code=0
	shift 3
	out=$(LC_ALL=$locale "$ykt" "$@" 2>&1) || code=$?
	[ "$code" -eq "$want" ] || fail "exit $code, not $want: $*"
	grep -qF -e "$text" <<<"$out" || fail "'$*' does not say '$text'"
}

says 0 'language, whatever the locale says' C --help
says 0 '界面语言，不随系统区域设置' zh_CN.UTF-8 --help
says 0 '不带命令运行可查看命令列表。' C.UTF-8 --lang zh --help
says 0 'Run it without a command' zh_CN.UTF-8 --lang en --help
says 2 '--lang 只能是 en 或 zh' zh_CN.UTF-8 --lang fr
says 2 '--lang wants en or zh' C --lang fr
says 2 '--caller 需要 40 或 64 位十六进制数字' zh_CN.UTF-8 --caller 00
says 2 '--platform 需要 1 到 32 个字母' zh_CN.UTF-8 --platform ../x
echo "help: ok"
