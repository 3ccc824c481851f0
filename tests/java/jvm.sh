#!/usr/bin/env bash
# The Java classes and the JNI layer in a JVM, on a card process.
#
# usage: jvm.sh SOURCE LIBRARY-FOLDERS YKT_SE CC
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

[ $# -eq 4 ] || { sed -n 's/^# usage/usage/p' "$0"; exit 2; }
source=$(readlink -f "$1")
libraries=$2
ykt_se=$(readlink -f "$3")
cc=$4
folder=$(mktemp -d)
card=
cleanup() {
	[ -z "$card" ] || { kill "$card" && wait "$card"; } 2>/dev/null || true
	rm -rf "$folder"
}
trap cleanup EXIT
cd "$folder"

fail() {
	echo "jvm: $1"
	head -n 60 ./*.log 2>/dev/null || true
	exit 1
}

# shellcheck disable=SC2046
javac -Xlint:all,-try -Werror -d classes $(find "$source/java" "$source/tests/java" -name '*.java') \
	>javac.log 2>&1 || fail "the classes do not compile"
bash "$source/tools/make-ca" ca >ca.log 2>&1 || fail "no certificates"
"$ykt_se" testcard card.img --platform-key ca/platform-9901.sm2.pub >card.log 2>&1 || fail "no card"
"$ykt_se" run card.img --socket wired --volatile >run.log 2>&1 &
card=$!
for _ in $(seq 100); do
	grep -q ready run.log && break
	sleep 0.1
done

# A JVM that loads a library with sanitizers must have their runtime from its start.
preload=
for one in ${libraries//:/ }; do
	nm -D "$one"/libyktjni.so >nm.log 2>/dev/null || continue
	grep -q __asan_init nm.log && preload=$("$cc" -print-file-name=libasan.so)
done
env ${preload:+LD_PRELOAD=$preload} \
	ASAN_OPTIONS=detect_leaks=0:handle_segv=0:allow_user_segv_handler=1 \
	java -Xcheck:jni -Djava.library.path="$libraries" -cp classes JvmTest \
	"$folder/wired" "$folder/state" "$folder/ca/ca.pem" "$(tr -d '\n' <ca/platform-9901.sm2.pub)" \
	>java.log 2>&1 || fail "the test failed"
grep '^jvm: ' java.log || fail "no result"
if grep -E '^WARNING|FATAL ERROR in native' java.log; then
	fail "the JVM complains of the native code"
fi
