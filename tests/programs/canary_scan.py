#!/usr/bin/env python3
"""Looks for secrets where none may be: in files, and in the memory of processes.

usage: canary_scan.py CANARIES file PATH...
       canary_scan.py CANARIES memory PID...

CANARIES has a line each: a name, a blank, the secret as text or, behind "hex:", as bytes.
Text is looked for in UTF-8 and UTF-16, bytes as they are and as hex of either case. A line
for each find, and exit 1. Memory that may not be read (another user's, or a process that
forbids it) is said to be so, and is no find.

SPDX-License-Identifier: Apache-2.0
"""

import os
import sys

WINDOW = 1 << 20
LARGE = 1 << 30  # a sanitizer's reserved address space


def forms(secret):
    if secret.startswith("hex:"):
        text = secret[4:]
        return [bytes.fromhex(text), text.lower().encode(), text.upper().encode()]
    return [secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode(),
        secret.encode().hex().upper().encode()]


def canaries(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split(" ", 1) for line in file]
    return [(name, form) for name, secret in lines for form in forms(secret)]


def found_in(wanted, read, size):
    longest = max(len(form) for _, form in wanted)
    names = set()
    at = 0
    while at < size:
        window = read(at, min(WINDOW + longest, size - at))
        if not window:
            break
        if window.count(0) != len(window):  # most of a memory was never written to
            names.update(name for name, form in wanted if form in window)
        at += WINDOW
    return names


def in_file(wanted, path):
    with open(path, "rb") as file:
        content = file.read()
    return found_in(wanted, lambda at, size: content[at:at + size], len(content))


def written(pid):
    """The mappings that may be written to and hold something."""
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as maps:
        span, rights = "", ""
        for line in maps:
            words = line.split()
            if not words[0].endswith(":"):
                span, rights = words[:2]
            elif words[0] == "Rss:" and rights.startswith("rw") and words[1] != "0":
                start, end = (int(part, 16) for part in span.split("-"))
                if end - start <= LARGE:
                    yield start, end


def in_memory(wanted, pid):
    names = set()
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    for start, end in written(pid):
        def read(at, size, start=start):
            try:
                return os.pread(memory, size, start + at)
            except OSError:
                return b""
        names |= found_in(wanted, read, end - start)
    os.close(memory)
    return names


def main():
    wanted = canaries(sys.argv[1])
    look = in_file if sys.argv[2] == "file" else in_memory
    finds = 0
    for place in sys.argv[3:]:
        try:
            for name in sorted(look(wanted, place)):
                print(f"{place}: {name}")
                finds += 1
        except PermissionError:
            print(f"{place}: may not be read")
    sys.exit(1 if finds else 0)


main()
