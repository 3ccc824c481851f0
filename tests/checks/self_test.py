#!/usr/bin/env python3
"""The checks themselves: each passes a good sample and fails each bad one, for its own reason.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
LICENCE = "/* SPDX-License-Identifier: Apache-2.0 */\n"


def run_check(name, tree, *arguments):
    """Runs a check over a tree {path: text}: its exit code and what it printed."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            place = pathlib.Path(root, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [TOP / "checks" / name, "--root", root, *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.returncode, done.stdout + done.stderr


class Sample(unittest.TestCase):
    """assert_passes and assert_fails for the check named in the class."""

    check = None

    def assert_passes(self, tree):
        code, said = run_check(self.check, tree)
        self.assertEqual(code, 0, said)

    def assert_fails(self, tree, *expected):
        code, said = run_check(self.check, tree)
        self.assertEqual(code, 1, said)
        for part in expected:
            self.assertIn(part, said)

    def each(self, rows):
        """rows of (why, tree, expected part of what is said)."""
        for why, tree, expected in rows:
            with self.subTest(why):
                self.assert_fails(tree, expected)


class Includes(Sample):
    check = "includes"
    rooms = {"lib/card/apdu.h": "", "lib/se/se.h": "", "lib/crypto/mac.h": "", "lib/http/x.h": ""}

    def test_passes_what_follows_the_arrows(self):
        self.assert_passes(
            self.rooms
            | {
                "lib/se/se.c": '#include <stdint.h>\n#include <ykt/bytes.h>\n#include "se/se.h"\n'
                '#include "card/apdu.h"\n#include "crypto/mac.h"\n',
                "lib/sim/a.c": '#include "se/se.h"\n#include "http/x.h"\n',
                "bin/p/p.c": '#include "http/x.h"\n',
                "tests/card/t.c": '#include "se/se.h"\n#include "check.h"\n',
                "lib/card/a.c": '/* #include "se/se.h" */\n',
            }
        )

    def test_fails(self):
        include = {
            "the menu looks inside": ("lib/se/menu_read.c", '"se/se.h"', "includes nothing else"),
            "against the arrow": ("lib/card/a.c", '"se/se.h"', "lib/card/a.c:2: se/se.h: card may"),
            "beside": ("lib/tsm/a.c", '"se/se.h"', "tsm may not use se"),
            "a driver in logic": ("lib/se/a.c", '"http/x.h"', "se may not use http"),
            "a driver in a driver": ("lib/store/a.c", '"http/x.h"', "store may not use http"),
            "base uses nobody": ("lib/base/a.c", '"crypto/mac.h"', "base may not use crypto"),
            "climbs": ("lib/se/a.c", '"../card/apdu.h"', "climbs"),
            "climbs in a test": ("tests/se/a.c", '"../check.h"', "climbs"),
            "climbs inside": ("lib/se/a.c", '"se/../card/apdu.h"', "climbs"),
            "angle brackets": ("lib/se/a.c", "<card/apdu.h>", 'included as "card/apdu.h"'),
            "without its room": ("lib/se/a.c", '"se.h"', 'included as "se/se.h"'),
            "of nowhere": ("lib/se/a.c", '"other.h"', "no such header"),
            "from the public API": ("include/ykt/a.h", '"card/apdu.h"', "a public header"),
            "from an unknown room": ("lib/attic/a.c", '"card/apdu.h"', "does not know the room"),
        }
        self.each(
            (why, self.rooms | {path: f"\n#include {target}\n"}, expected)
            for why, (path, target, expected) in include.items()
        )

    def test_blanks_do_not_hide_an_include(self):
        self.assert_fails(
            self.rooms | {"lib/card/a.c": ' #  include\t"se/se.h"\n'}, "card may not use se"
        )


class Banned(Sample):
    check = "banned"

    def test_passes_what_belongs(self):
        self.assert_passes(
            {
                "lib/se/a.c": "static const int a = 1;\n"
                "static const char *const b[] = { 0 };\n"
                "static int f(void);\n"
                'static int\nf(void)\n{\n\tport->read(0); x.time(0); g("rand()");\n}\n'
                "/* malloc(1) */\nstruct x;\nextern int y;\n",
                "lib/host/a.c": "void\nf(void)\n{\n\topen(0); pthread_create(0); memcmp(0);\n}\n"
                "static int flag;\n",
                "lib/se/a.h": "handler_type name;\n",
                "tests/se/a.c": "int x;\nvoid\nf(void)\n{\n\tmalloc(1); time(0); memcmp(0);\n}\n",
            }
        )

    def test_fails(self):
        bodies = {
            "time": ("lib/se/a.c", "time(0)"),
            "time in a driver": ("lib/http/a.c", "clock_gettime(0)"),
            "time in a program": ("bin/p/a.c", "gettimeofday(0)"),
            "random": ("lib/keys/a.c", "rand()"),
            "random in a driver": ("lib/store/a.c", "getrandom(0)"),
            "memory": ("lib/card/a.c", "malloc(1)"),
            "memory given back": ("lib/sim/a.c", "free(p)"),
            "memory of a text": ("bin/p/a.c", "strdup(p)"),
            "memcmp": ("lib/wire/a.c", "memcmp(a, b, 4)"),
            "print": ("lib/client/a.c", "printf (0)"),
            "file": ("lib/platform/a.c", "fopen(0)"),
            "raw I/O": ("lib/tsm/a.c", "x = read(0)"),
            "network": ("lib/validator/a.c", "socket(0)"),
            "environment": ("lib/code/a.c", "getenv(0)"),
            "thread": ("lib/se/a.c", "pthread_mutex_lock(0)"),
            "unbounded": ("lib/http/a.c", "sprintf(a, b)"),
        }
        for why, (path, call) in bodies.items():
            name = call.partition("(")[0].split()[-1]
            with self.subTest(why):
                self.assert_fails(
                    {path: f"void\nf(void)\n{{\n\t{call};\n}}\n"}, f"{path}:4: {name}: "
                )

    def test_finds_state_that_outlives_a_call(self):
        for why, code in {
            "static": "static int x;",
            "static with a value": "static int x = 3;",
            "static array": "static uint8_t x[16];",
            "static struct": "static struct card x = { 0 };",
            "pointer to const": 'static const char *x = "";',
            "in a function": "void\nf(void)\n{\n\tstatic int x;\n}",
            "global": "int x;",
            "global struct": "struct card x = { 0 };",
            "global array": "unsigned char x[4] = { 0 };",
            "a thread's own": "extern _Thread_local int x;",
        }.items():
            with self.subTest(why):
                self.assert_fails({"lib/se/a.c": code + "\n"}, "mutable static")

    def test_finds_line_comments_everywhere(self):
        self.assert_fails({"tests/se/a.c": "int x; // no\n"}, "tests/se/a.c:1: a // comment")
        self.assert_passes({"tests/se/a.c": '/* // */\nchar x[] = "http://x";\n'})

    def test_allowance_is_exact(self):
        once = "void\nf(void)\n{\n\tmemcmp(a, b, 4);\n}\n"
        allow = "# why\nlib/se/a.c memcmp 1 public\n"
        self.assert_passes({"lib/se/a.c": once, "checks/banned.allow": allow})
        self.each(
            (
                ("one more", {"lib/se/a.c": once + once, "checks/banned.allow": allow}, "2 times"),
                ("one fewer", {"lib/se/a.c": "", "checks/banned.allow": allow}, "not there any"),
                ("another file", {"lib/se/b.c": once, "checks/banned.allow": allow}, "b.c:4"),
            )
        )
        code, said = run_check("banned", {"checks/banned.allow": "lib/se/a.c memcmp\n"})
        self.assertNotEqual(code, 0, said)

    def test_allowance_of_a_driver_has_no_count(self):
        code = "void\nf(void)\n{\n\ttime(0);\n\ttime(0);\n}\n"
        allow = "lib/http/a.c time * deadlines\n"
        self.assert_passes({"lib/http/a.c": code, "checks/banned.allow": allow})


class Headers(Sample):
    check = "headers"

    def test_passes_a_header_that_brings_what_it_needs(self):
        self.assert_passes({"include/ykt/a.h": "#include <stdint.h>\nuint8_t f(void);\n"})

    def test_fails(self):
        warned = "static inline int f(int a) { if (a = 1) return 1; return 0; }\n"
        self.each(
            (
                ("type from elsewhere", {"include/ykt/a.h": "uint8_t f(void);\n"}, "ykt/a.h"),
                ("missing header", {"lib/se/a.h": '#include "se/b.h"\n'}, "lib/se/a.h"),
                ("a warning", {"lib/se/a.h": warned}, "lib/se/a.h"),
            )
        )


class Sizes(Sample):
    check = "sizes"

    @staticmethod
    def function(lines):
        return "int\nf(void)\n{\n" + "\tg();\n" * (lines - 4) + "}\n"

    def test_counts_from_the_return_type_to_the_brace(self):
        self.assert_passes({"lib/se/a.c": "\n" + self.function(70)})
        self.assert_fails({"lib/se/a.c": "\n" + self.function(71)}, "a.c:2: a function of 71 lines")

    def test_tables_are_no_functions(self):
        self.assert_passes({"lib/se/a.c": "static const int x[] = {\n" + "\t1,\n" * 200 + "};\n"})

    def test_counts_files(self):
        self.assert_passes({"lib/se/a.c": "\n" * 500})
        self.assert_fails({"lib/se/a.c": "\n" * 501}, "501 lines")


class Spdx(Sample):
    check = "spdx"

    def test_passes_what_names_its_licence(self):
        self.assert_passes(
            {
                "a.c": LICENCE,
                "tools/x": "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
                "README.md": "no source",
            }
        )

    def test_fails(self):
        self.each(
            (
                ("source", {"a.c": "int x;\n"}, "a.c: no"),
                ("another licence", {"a.h": LICENCE.replace("Apache-2.0", "MIT")}, "a.h: no"),
                ("script", {"tools/x": "#!/bin/sh\n"}, "tools/x: no"),
                ("too far down", {"a.c": "\n" * 40 + LICENCE}, "a.c: no"),
            )
        )


class Format(Sample):
    check = "format"
    style = {".clang-format": (TOP / ".clang-format").read_text(encoding="utf-8")}

    def test_passes_what_is_formatted(self):
        self.assert_passes(self.style | {"a.c": "int\nf(void)\n{\n\treturn 1;\n}\n"})

    def test_fails(self):
        self.each(
            (
                ("blanks", self.style | {"a.c": "int\nf(void)\n{\n    return 1;\n}\n"}, "a.c:3"),
                ("brace", self.style | {"a.c": "int\nf(void) {\n\treturn 1;\n}\n"}, "a.c:2"),
                ("header", self.style | {"a.h": "int  x;\n"}, "a.h:1"),
            )
        )


class NothingToLookAt(unittest.TestCase):
    """A check that was pointed at the wrong place must not pass."""

    def test_empty_tree_fails(self):
        for name in ("includes", "banned", "headers", "sizes", "spdx", "format"):
            with self.subTest(name):
                code, said = run_check(name, {})
                self.assertEqual(code, 1, said)
                self.assertIn("nothing to look at", said)


class Symbols(unittest.TestCase):
    """checks/symbols takes archives, not a tree."""

    def archive(self, folder, code):
        source = pathlib.Path(folder, "a.c")
        source.write_text(code, encoding="utf-8")
        built = source.with_suffix(".o")
        subprocess.run(["gcc", "-w", "-O0", "-c", source, "-o", built], check=True)
        archive = source.with_suffix(".a")
        subprocess.run(["ar", "rc", archive, built], check=True)
        return archive

    def run_on(self, code):
        with tempfile.TemporaryDirectory() as folder:
            return subprocess.run(
                [TOP / "checks" / "symbols", self.archive(folder, code)],
                capture_output=True,
                text=True,
            )

    def test_passes_code_without_allocation(self):
        done = self.run_on("extern void g(void);\nvoid h(void) { g(); }\n")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_fails_on_each_allocator(self):
        for name in ("malloc", "calloc", "realloc", "free", "ykt_mem_get"):
            with self.subTest(name):
                done = self.run_on(f"void *{name}();\nvoid *f(void) {{ return {name}(0, 0); }}\n")
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(name, done.stdout)

    def test_fails_on_what_is_no_archive(self):
        done = subprocess.run(
            [TOP / "checks" / "symbols", "/nonexistent.a"], capture_output=True, text=True
        )
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    sys.exit(unittest.main())
