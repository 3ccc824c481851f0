#!/usr/bin/env bash
# What the services say, in the language of the locale: --help, a configuration that is none,
# and the line by which they say that they are ready, whose beginning no language changes.
#
# usage: words.sh BIN SOURCE
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8
umask 077

bin=$(readlink -f "${1:?usage: words.sh BIN SOURCE}")
here=$(readlink -f "${2:?usage: words.sh BIN SOURCE}")
state=$(mktemp -d)
out=

die() {
	printf 'words: %s\n%s\n' "$2" "$out" >&2
	exit 1
}
# shellcheck source=tools/city-setup
. "$here/tools/city-setup"
cleanup() {
	local pid
	for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$state"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

# says CODE TEXT LOCALE PROGRAM WORD...
says() {
	local want=$1 text=$2 locale=$3 code=0
	shift 3
	out=$(LC_ALL=$locale timeout 20 "$bin/$1" "${@:2}" 2>&1) || code=$?
	[ "$code" -eq "$want" ] || die '' "exit $code, not $want: $locale $*"
	grep -qF -e "$text" <<<"$out" || die '' "'$locale $*' does not say '$text'"
}

says 0 'The key module of one city' C ykt-keyd --help
says 0 '一座城市的密钥模块' zh_CN.UTF-8 ykt-keyd --help
says 0 'CONFIG 是 JSON 文件；参见 ykt-keyd(8)。' zh_CN.UTF-8 ykt-keyd --help
says 0 '外部支付渠道的替身' zh_CN.UTF-8 ykt-payd --help
says 0 '一座城市的 TSM' zh_CN.UTF-8 ykt-tsmd --help
says 0 '一座城市的远程支付平台' zh_CN.UTF-8 ykt-platformd --help
says 0 '离线工作，上传所收的交易。' zh_CN.UTF-8 ykt-validator --help
says 0 'A bus machine or a metro gate' C ykt-validator --help
says 2 '没有这个命令：fly（见 --help）' zh_CN.UTF-8 ykt-validator fly x
says 2 'no such command: fly (see --help)' C ykt-validator fly x
says 0 '以虚拟时间运行两座城市' zh_CN.UTF-8 ykt-sim --help
says 0 'violations: 0' C ykt-sim --help
says 0 '对交通卡和乘车码终端运行测试项' zh_CN.UTF-8 ykt-conform --help
says 0 '只运行此用例' C ykt-conform --lang zh --help
says 0 'only this case' zh_CN.UTF-8 ykt-conform --lang en --help
says 2 '--lang 只能是 en 或 zh' zh_CN.UTF-8 ykt-conform --lang fr se
says 2 '没有这个用例或分组' zh_CN.UTF-8 ykt-conform se --cases "$here/conform" --case NONE-1
says 2 'no such case or group' zh_CN.UTF-8 ykt-conform --lang en se --cases "$here/conform" --case NONE-1
says 0 '带交通电子钱包的虚拟安全元件' zh_CN.UTF-8 ykt-se --help
says 0 '对运行中的卡：pull, insert' zh_CN.UTF-8 ykt-se --help
says 0 'A virtual secure element' C ykt-se --help
says 2 '没有这个命令：fly（见 --help）' zh_CN.UTF-8 ykt-se fly
says 2 '需要一个命令' zh_CN.UTF-8 ykt-se
says 2 '--city：须为四位数字，例如 9901' zh_CN.UTF-8 ykt-se testcard --city 99 "$state/card.img"
[ ! -e "$state/card.img" ] || die '' 'a refused city left a file'
says 0 '，电子钱包 A0000006320101059901' zh_CN.UTF-8 ykt-se testcard "$state/card.img"
says 1 '其中已有一张卡；--force 将其覆盖' zh_CN.UTF-8 ykt-se testcard "$state/card.img"
says 0 '余额 0.00' zh_CN.UTF-8 ykt-se show "$state/card.img"
says 0 'balance 0.00' C ykt-se show "$state/card.img"
says 1 '没有这个映像；“ykt-se format”可以制作' zh_CN.UTF-8 ykt-se show "$state/none.img"
mkdir -p "$state/cases/se/bad"
echo 'id: x' >"$state/cases/se/bad/X-1.case"
says 2 'X-1.case:1: an id is of capitals, digits and hyphens' C ykt-conform se --cases "$state/cases"
says 2 'X-1.case:1: id 只能由大写字母、数字和连字符组成' C ykt-conform --lang zh se --cases "$state/cases"
# What is wrong with a client's configuration is said in the language of --lang.
mkdir -m 700 "$state/client"
echo '{}' >"$state/client/client.json"
for locale in C zh_CN.UTF-8; do
	says 2 '不是本程序的配置' "$locale" ykt --lang zh orders --config "$state/client/client.json"
	says 2 'is not a configuration of this program' "$locale" ykt --lang en orders --config "$state/client/client.json"
done
echo '{}' >"$state/none.json"
for program in keyd payd tsmd platformd; do
	says 2 'cannot open' C "ykt-$program" "$state/nowhere.json"
	says 2 '无法打开' zh_CN.UTF-8 "ykt-$program" "$state/nowhere.json"
	says 2 'is not a configuration of this program' en_US.UTF-8 "ykt-$program" "$state/none.json"
	says 2 '不是本程序的配置' zh_CN.UTF-8 "ykt-$program" "$state/none.json"
done

city_base
city_files
# bash itself may lack that locale, and says so.
{ LC_ALL=zh_CN.UTF-8 start payd ykt-payd "$state/payd.json"; } >/dev/null 2>&1
out=$(cat "$state/log/payd.log")
grep -q '^ykt-payd: ready on https://127.0.0.1:[0-9]*（用户），:[0-9]*（商户）$' "$state/log/payd.log" || die '' 'the ready line is not Chinese'
# Twice on one port: the fault names it.
says 1 '另一进程正在使用它' zh_CN.UTF-8 ykt-payd "$state/payd.json"
chmod 644 "$state/keys/roots-9901.json"
says 2 '它含有密钥，他人却有权限；请执行 chmod 600' zh_CN.UTF-8 ykt-keyd "$state/keyd-9901.json"
says 2 'chmod 600' C ykt-keyd "$state/keyd-9901.json"
echo "words: ok"
