#!/usr/bin/env python3
"""Fails when a text of the client has no Chinese, or a Chinese text has no source.

usage: translated.py ROOT

SPDX-License-Identifier: Apache-2.0
"""

import glob
import json
import os
import re
import sys

STRINGS = r'((?:(?:\s|\\\n)*"(?:[^"\\]|\\.)*")+)'
MARKED = re.compile(r"(?:\bN_|\bcli_text\(cli,|\btext\(term,|\btext\(o,"
    r"|\bcode_complain\(\s*cli,[^,;]+,)\s*\(?" + STRINGS)
BARE = re.compile(r'"(usage: ykt [^"]*)"|"([^"]+)", client_cmd_run')
PARTS = re.compile(r'"((?:[^"\\]|\\.)*)"')


def join(strings):
    return "".join(json.loads(f'"{part}"') for part in PARTS.findall(strings))


def used(root):
    paths = glob.glob(f"{root}/lib/client/*.c")
    paths += [f"{root}/lib/http/http_address.c", f"{root}/bin/ykt/join.c",
              f"{root}/bin/ykt/main.c", f"{root}/bin/ykt/no_cards.c"]
    paths += [f"{root}/lib/cli/{name}.c" for name in ("term_ui", "term_keypad", "term_print", "client_cmd", "client_all",
        "client_run", "cmd_functions", "code_args", "code_make", "code_draw", "cmd_code", "cmd_ca",
        "cmd_release", "cmd_selfcheck", "key_file")]
    for path in sorted(paths):
        with open(path, encoding="utf-8") as file:
            code = file.read()
        for match in MARKED.finditer(code):
            yield join(match[1])
        for match in BARE.finditer(code):
            yield match[1] or match[2]
    for path in ("lib/cli/menu_source.c", "lib/cli/cmd_menu.c", "lib/cli/cmd_handset.c"):
        with open(f"{root}/{path}", encoding="utf-8") as file:
            code = file.read()
        for match in re.finditer(r"(?:\bbad\(source,|\bcomplain\(cli, count,|\bcli_text\(cli,)\s*" + STRINGS, code):
            yield join(match[1])
    with open(f"{root}/lib/card/menu_pack.c", encoding="utf-8") as file:
        yield from re.findall(r'\[MENU_TEXT_\w+\] = "([^"]+)"', file.read())
    with open(f"{root}/data/menu/menu.txt", encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                yield from re.findall(r'"([^"]+)"', line)
    with open(f"{root}/lib/cli/commands.c", encoding="utf-8") as file:
        for match in BARE.finditer(file.read()):
            if match[2]:
                yield match[2]


def catalogue(path):
    """msgids with a translation; a message on several lines is joined."""
    with open(path, encoding="utf-8") as file:
        entries = re.findall(r"^msgid" + STRINGS + r"\s*msgstr" + STRINGS, file.read(), re.M)
    return {join(source): join(target) for source, target in entries if join(source)}


def main():
    root = sys.argv[1]
    client = catalogue(os.path.join(root, "po", "zh_CN.client.po"))
    every = {**catalogue(os.path.join(root, "po", "zh_CN.po")), **client}
    wanted = set(used(root))
    faults = [f"no Chinese: {text!r}" for text in sorted(wanted) if not every.get(text)]
    faults += [f"nobody says: {text!r}" for text in sorted(client) if text not in wanted]
    print("\n".join(faults) if faults else f"{len(wanted)} texts, all translated")
    return 1 if faults or len(wanted) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
