#!/usr/bin/env python3
"""checks/trace itself: over small pages.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
TEST = "static void\ngood(void)\n{\n}\n\nstatic void\nlonely(void)\n{\n}\n\nint x = T(good);\n"
GOOD = "| C5-X-1 | A | a | done | `lib/x.c` | `tests/x_test.c::good` |\n"


def run(rows, *args):
    """Exit code and text of the check over a page with these rows."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {
            "docs/requirements.md": rows,
            "lib/x.c": "int y;\n",
            "tests/x_test.c": TEST,
        }.items():
            place = pathlib.Path(root, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [TOP / "checks" / "trace", "--root", root, *args],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.returncode, done.stdout + done.stderr


class Trace(unittest.TestCase):
    """What passes and what does not."""

    def test_passes_what_is_shown(self):
        rows = GOOD + "| P2-1 | B | b | part: half | `lib/x.c` | `tests/x_test.c` |\n"
        rows += "| C5-X-2 | D | c | open: no text | | |\n"
        self.assertEqual(run(rows), (0, "trace: 3 files, 0 faults\n"))

    def test_prints_requirement_code_and_test(self):
        code, said = run(GOOD, "--print")
        self.assertEqual(code, 0, said)
        for text in ("C5-X-1", "code  lib/x.c", "test  tests/x_test.c::good", "1 done, 0 part"):
            self.assertIn(text, said)

    def test_fails_what_is_claimed_without_proof(self):
        for why, row, expected in (
            ("no code", "| P1-1 | A | a | done | | `tests/x_test.c` |", "names no code"),
            ("no test", "| P1-1 | A | a | done | `lib/x.c` | |", "names no test"),
            ("part of what", "| P1-1 | A | a | part | `lib/x.c` | `tests/x_test.c` |", "which"),
            ("open", "| P1-1 | A | a | open | `lib/x.c` | |", "open, yet"),
            ("gone", "| P1-1 | A | a | done | `lib/z.c` | `tests/x_test.c` |", "no such file"),
            ("not run", GOOD.replace("X-1", "Y-1").replace("good", "lonely"), "on no list"),
            ("not there", GOOD.replace("X-1", "Y-1").replace("good", "bad"), "not defined"),
            ("code as test", "| P1-1 | A | a | done | `lib/x.c` | `lib/x.c` |", "is no test"),
            ("grade", GOOD.replace("X-1", "Y-1").replace("| A", "| E"), "no such grade"),
            ("state", GOOD.replace("X-1", "Y-1").replace("done", "nearly"), "no such state"),
            ("cells", "| P1-1 | A | a | done |", "cells instead of 6"),
            ("twice", GOOD, "stands in line"),
        ):
            with self.subTest(why):
                code, said = run(GOOD + row.rstrip("\n") + "\n")
                self.assertEqual(code, 1, said)
                self.assertIn(expected, said)

    def test_fails_a_page_without_rows(self):
        self.assertEqual(run("# Requirements\n")[0], 1)


if __name__ == "__main__":
    unittest.main()
