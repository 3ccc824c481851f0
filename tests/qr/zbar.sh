#!/usr/bin/env bash
# Another implementation reads what is drawn: bytes of every value and length come
# back to the byte, at all four levels (zbar's own words need --raw -Sbinary).
#
# usage: zbar.sh QR_WRITE ZBARIMG
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
export LC_ALL=C.UTF-8

write=$(readlink -f "${1:?usage: zbar.sh QR_WRITE ZBARIMG}")
zbarimg=${2:?usage: zbar.sh QR_WRITE ZBARIMG}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# bytes COUNT SEED: any values, zero among them, beginning with 80h.
bytes() {
	python3 -c 'import random, sys
n, seed = int(sys.argv[1]), int(sys.argv[2])
sys.stdout.buffer.write(bytes([0x80]) + random.Random(seed).randbytes(n - 1))' "$1" "$2"
}

count=0
for level in L M Q H; do
	for len in 1 17 332 333 364; do
		bytes "$len" "$((len + 7))" >in
		[ "$(wc -c <in)" -eq "$len" ] || { echo "zbar: no input"; exit 1; }
		"$write" "$level" out.png <in
		"$zbarimg" --nodbus --quiet --raw -Sdisable -Sqrcode.enable -Sbinary --oneshot out.png >read
		cmp in read || { echo "zbar: $len bytes at level $level came back otherwise"; exit 1; }
		count=$((count + 1))
	done
done
echo "zbar: $count symbols read back"
