#!/usr/bin/env python3
"""checks/man itself: over small checkouts with a program made of shell.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
MESON = "program_sources = {\n  'ykt-x': files('ykt-x/main.c'),\n}\n"
MAIN = "static const struct wire_field fields[] = {\n\tFIELD_TEXT(x_config, users_port),\n};\n"
HELP = "#!/bin/sh\necho 'Usage: ykt-x'\necho '  -s, --seed=S   a seed'\necho '      --help'\n"
PAGE = """.Dd November 23, 2026
.Dt YKT-X 1
.Os
.Sh NAME
.Nm ykt-x
.Nd an example
.Sh OPTIONS
.Bl -tag -width Ds
.It Fl s , Fl -seed Ns = Ns Ar S
The seed.
.It Ic users_port
The port.
.El
"""


def run(page, program=HELP, name="ykt-x.1"):
    """Exit code and text of the check."""
    with tempfile.TemporaryDirectory() as root:
        place = pathlib.Path(root)
        for path, text in {
            "bin/meson.build": MESON,
            "bin/ykt-x/main.c": MAIN,
            **({f"man/{name}": page} if page is not None else {}),
            **({"built/ykt-x": program} if program is not None else {}),
        }.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, encoding="utf-8")
        more = []
        if program is not None:
            (place / "built/ykt-x").chmod(0o755)
            more = [place / "built/ykt-x"]
        done = subprocess.run(
            [TOP / "checks" / "man", "--root", root, *more],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.returncode, done.stdout + done.stderr


class Man(unittest.TestCase):
    """What passes and what does not."""

    def test_a_whole_page_passes(self):
        self.assertEqual(run(PAGE), (0, "man: 1 files, 0 faults\n"))
        self.assertEqual(run(PAGE, name="ykt-x.8")[0], 0)

    def test_a_program_without_page_fails(self):
        code, said = run(None)
        self.assertEqual(code, 1)
        self.assertIn("ykt-x: no manual page", said)
        self.assertEqual(run(PAGE, name="ykt-y.1")[0], 1)

    def test_an_option_that_is_missing_fails(self):
        code, said = run(PAGE.replace("Fl -seed", "Fl -speed"))
        self.assertEqual(code, 1)
        self.assertIn("--seed is missing", said)
        # A longer word is not that option.
        self.assertEqual(run(PAGE.replace("Fl -seed", "Fl -seed-file"))[0], 1)

    def test_commands_that_a_program_lists_are_asked_for(self):
        program = """#!/bin/sh
case "$*" in
--help) echo 'Run it without a command for the list of commands.' ;;
'') echo '  show   shows it' ;;
'show --help') echo 'usage: ykt-x show [--all] [--from D|--to D]' ;;
esac
"""
        code, said = run(PAGE, program=program)
        self.assertEqual(code, 1)
        for missing in ("command show", "option --all", "option --from", "option --to"):
            self.assertIn(missing + " is missing", said)
        whole = PAGE + ".It Cm show Fl -all Fl -from Fl -to\n"
        self.assertEqual(run(whole.replace(".El\n", "") + ".El\n", program=program)[0], 0)

    def test_a_field_that_is_missing_fails(self):
        code, said = run(PAGE.replace("users_port", "port"))
        self.assertEqual(code, 1)
        self.assertIn("users_port is missing", said)

    def test_a_program_that_is_not_built_is_said(self):
        code, said = run(PAGE.replace("Fl -seed", "Fl -speed"), program=None)
        self.assertEqual(code, 0)
        self.assertIn("ykt-x is not built", said)


if __name__ == "__main__":
    unittest.main()
