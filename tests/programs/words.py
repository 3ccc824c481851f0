#!/usr/bin/env python3
"""Fails when a text of the services has no Chinese, or a Chinese text has no source.

usage: words.py ROOT

SPDX-License-Identifier: Apache-2.0
"""

import glob
import json
import re
import sys

STRINGS = r'((?:\s*"(?:[^"\\]|\\.)*")+)'
USED = re.compile(r"(?:\bwords\(|\bN_\(|\.what =)" + STRINGS)
DOC = re.compile(r"(?:static const char doc\[\] =|\.doc =)" + STRINGS)
OPTION = re.compile(r"\b0," + STRINGS + r",\s*[01] \}")
COMPLAINT = re.compile(r"\b(?:program_|se_)?complain\(" + STRINGS)
PARTS = re.compile(r'"((?:[^"\\]|\\.)*)"')
SERVERS = ("common", "ykt-keyd", "ykt-payd", "ykt-tsmd", "ykt-platformd",
           "ykt-validator", "ykt-sim", "ykt-conform", "ykt-se")


def join(strings):
    """One C literal: its \\v divides what --help says before and behind the options."""
    return "".join(json.loads('"' + part.replace(r"\v", r"\u000b") + '"') for part in PARTS.findall(strings))


def used(root):
    paths = [path for name in SERVERS for path in glob.glob(f"{root}/bin/{name}/*.c")]
    paths += glob.glob(f"{root}/lib/conform/*.c")
    for path in sorted([*paths, f"{root}/lib/http/http_address.c"]):
        with open(path, encoding="utf-8") as file:
            code = file.read()
        for pattern in (USED, OPTION, COMPLAINT):
            for match in pattern.finditer(code):
                if re.search("[A-Za-z]{3}", re.sub(r"%[a-z0-9]+", "", join(match[1]))):
                    yield join(match[1])
        for match in DOC.finditer(code):
            yield from join(match[1]).split("\v")


def translated(path):
    with open(path, encoding="utf-8") as file:
        for match in re.finditer(r"^msgid" + STRINGS + r"\s*msgstr" + STRINGS, file.read(), re.M):
            if join(match[1]):
                yield join(match[1]), join(match[2])


def conversions(text):
    return re.findall(r"%[0-9.*]*[a-z]+", text)


def main():
    root = sys.argv[1]
    wanted = set(used(root))
    table = dict(translated(f"{root}/po/zh_CN.services.po"))
    faults = [f"no Chinese: {text!r}" for text in sorted(wanted - set(table))]
    faults += [f"nobody says: {text!r}" for text in sorted(set(table) - wanted)]
    for text, chinese in table.items():
        if conversions(text) != conversions(chinese):
            faults.append(f"other values in Chinese, or in another order: {text!r}")
    print(*faults, f"{len(wanted)} texts of the services", sep="\n")
    return 1 if faults else 0


sys.exit(main())
