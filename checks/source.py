"""What the checks share: which files there are, and C without its comments and texts.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

TOKEN = re.compile(
    r"""(?P<block>/\*.*?(?:\*/|\Z))"""
    r"""|(?P<line>//[^\n]*)"""
    r"""|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""",
    re.S | re.X,
)


def arguments(about, *more):
    """The command line of a check: --root, and what else it takes."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--root", default=HERE, help="the checkout (default: this one)")
    for name, options in more:
        parser.add_argument(name, **options)
    return parser.parse_args()


def _git(root, *words):
    done = subprocess.run(["git", "-C", root, *words], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def files(root, *suffixes):
    """Paths below root, relative and sorted: what git knows or would add; else all."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is not None and os.path.realpath(top.strip()) == os.path.realpath(root):
        listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        found = {path for path in listed.split("\0") if path}
    else:
        found = set()
        for folder, folders, names in os.walk(root):
            if "meson-private" in folders:  # a build tree
                folders[:] = []
                continue
            folders[:] = [name for name in folders if name not in (".git", "var")]
            found.update(os.path.relpath(os.path.join(folder, name), root) for name in names)
    return sorted(
        path
        for path in found
        if path.endswith(suffixes) and os.path.isfile(os.path.join(root, path))
    )


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def bare(code):
    """The same code with comments and the inside of texts blanked; lines keep their numbers."""

    def replace(match):
        if match["text"] is not None:
            text = match["text"]
            return text[0] + _blank(text[1:-1]) + text[-1]
        return _blank(match[0])

    return TOKEN.sub(replace, code)


def line_comments(code):
    """Line numbers of // comments."""
    return [
        code.count("\n", 0, match.start()) + 1
        for match in TOKEN.finditer(code)
        if match["line"] is not None
    ]


def line_of(code, offset):
    return code.count("\n", 0, offset) + 1


def function_fault(root, path, function):
    """What is wrong with a function that a page names, or None: tests must also be listed."""
    text = read(root, path)
    if not path.endswith(".c"):
        return None if function in text else "does not stand in that file"
    code = bare(text)
    if not re.search(rf"^{re.escape(function)}\(", code, re.M):
        return "is not defined in that file"
    uses = len(re.findall(rf"\b{re.escape(function)}\b", code))
    return None if uses > 1 else "is on no list of tests"


def name_fault(root, name):
    """What is wrong with one name of a page (path or path::function), or None."""
    path, _, function = name.partition("::")
    if not os.path.exists(os.path.join(root, path)):
        return "no such file"
    return function_fault(root, path, function) if function else None


def finish(name, faults, looked_at):
    """Prints the faults and ends: 0 without, 1 with. Looking at nothing is a fault."""
    for fault in faults:
        print(fault)
    if looked_at == 0 and not faults:
        print(f"{name}: found nothing to look at")
        sys.exit(1)
    print(f"{name}: {looked_at} files, {len(faults)} faults")
    sys.exit(1 if faults else 0)
