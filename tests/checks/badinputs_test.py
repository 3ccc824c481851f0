#!/usr/bin/env python3
"""checks/badinputs itself: over small pages.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
TEST = "static void\ngood(void)\n{\n}\n\nstatic void\nlonely(void)\n{\n}\n\nint x = T(good);\n"
HEAD = "# Page\n\n| Input | Test |\n|---|---|\n"


def run(rows):
    """Exit code and text of the check over a page with these rows."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {
            "docs/bad-inputs.md": HEAD + rows,
            "tests/x/x_test.c": TEST,
            "tests/x/y.sh": "refused the port\n",
        }.items():
            place = pathlib.Path(root, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [TOP / "checks" / "badinputs", "--root", root],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.returncode, done.stdout + done.stderr


class BadInputs(unittest.TestCase):
    """What passes and what does not."""

    def test_passes_what_is_there(self):
        rows = "| a | `tests/x/x_test.c::good` |\n| b | `tests/x/y.sh::the port`, `tests/x` |\n"
        rows = rows.replace("the port", "refused")
        rows += "| c | does not exist here yet: the console |\n"
        self.assertEqual(run(rows), (0, "badinputs: 3 files, 0 faults\n"))

    def test_fails_what_is_not(self):
        for why, row, expected in (
            ("no file", "| a | `tests/x/z_test.c::good` |", "no such file"),
            ("no function", "| a | `tests/x/x_test.c::bad` |", "is not defined"),
            ("part of a name", "| a | `tests/x/x_test.c::goo` |", "is not defined"),
            ("not run", "| a | `tests/x/x_test.c::lonely` |", "is on no list"),
            ("not in the script", "| a | `tests/x/y.sh::starboard` |", "does not stand"),
            ("no folder", "| a | `fuzz/x/corpus/y` |", "no such file"),
            ("no test", "| a | somebody surely tests it |", "a row without a test"),
        ):
            with self.subTest(why):
                code, said = run(row + "\n| b | `tests/x/x_test.c::good` |\n")
                self.assertEqual(code, 1, said)
                self.assertIn(expected, said)

    def test_fails_an_empty_page(self):
        code, said = run("")
        self.assertEqual(code, 1)
        self.assertIn("nothing to look at", said)


unittest.main()
