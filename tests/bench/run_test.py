#!/usr/bin/env python3
"""bench/run over build trees made of shell scripts: what passes, what must not.

SPDX-License-Identifier: Apache-2.0
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

RUN = None
BARS = "fast value >= 8\nsmall ratio <= 1.3  # a remark\n"
FAST = '{"name":"fast","value":9.5,"unit":"x/s","limit":10,"ratio":0.95}'
SMALL = '{"name":"small","value":1.2,"unit":"KiB","limit":1,"ratio":1.2}'


def line(text):
    """A shell line that prints text."""
    return f"echo '{text}'\n"


def run(programs, bars=BARS):
    """(exit code, standard output, standard error, bench.json or None)."""
    with tempfile.TemporaryDirectory() as root:
        tree = pathlib.Path(root, "build")
        tree.mkdir()
        for name, text in programs.items():
            place = tree / "bench" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("#!/bin/sh\n" + text, encoding="utf-8")
            place.chmod(0o755)
        (tree / "bench" / "room").mkdir(parents=True, exist_ok=True)
        (tree / "bench" / "room" / "bench-object.p").mkdir()
        bars_file = pathlib.Path(root, "bars.txt")
        bars_file.write_text(bars, encoding="utf-8")
        done = subprocess.run(
            [RUN, tree, bars_file], capture_output=True, text=True, check=False
        )
        result = tree / "bench.json"
        found = json.loads(result.read_text(encoding="utf-8")) if result.exists() else None
        return done.returncode, done.stdout, done.stderr, found


class Table(unittest.TestCase):
    """The command as a whole."""

    def test_all_bars_hold(self):
        code, out, _, found = run(
            {"a/bench-fast": line(FAST), "b/bench-small": line(SMALL), "b/other": "exit 1\n"}
        )
        self.assertEqual(code, 0)
        self.assertEqual(found, [json.loads(FAST), json.loads(SMALL)])
        self.assertIn("value >= 8", out)
        self.assertNotIn("MISS", out)

    def test_a_measurement_without_a_bar_is_shown(self):
        extra = FAST.replace('"fast"', '"extra"').replace("9.5", "0.001")
        code, out, _, found = run(
            {"a/bench-fast": line(FAST) + line(extra) + line(SMALL)}
        )
        self.assertEqual(code, 0)
        self.assertEqual(len(found), 3)
        self.assertIn("extra", out)

    def test_a_bar_holds_to_the_point(self):
        self.assertEqual(
            run({"a/bench-x": line(FAST.replace("9.5", "8")) + line(SMALL.replace("1.2}", "1.3}"))})[0],
            0,
        )
        self.assertEqual(
            run({"a/bench-x": line(FAST.replace("9.5", "7.999")) + line(SMALL)})[0], 1
        )
        self.assertEqual(
            run({"a/bench-x": line(FAST) + line(SMALL.replace("1.2}", "1.301}"))})[0], 1
        )

    def test_a_missed_bar_is_named_and_still_written(self):
        code, out, err, found = run(
            {"a/bench-x": line(FAST.replace("9.5", "2")) + line(SMALL)}
        )
        self.assertEqual(code, 1)
        self.assertIn("MISSED", out)
        self.assertIn("fast", err)
        self.assertEqual(found[0]["value"], 2)

    def test_a_missing_measurement_fails(self):
        code, out, err, _ = run({"a/bench-fast": line(FAST)})
        self.assertEqual(code, 1)
        self.assertIn("MISSING", out)
        self.assertIn("small", err)
        self.assertEqual(run({})[0], 1)

    def test_a_failing_benchmark_fails_whatever_it_printed(self):
        both = line(FAST) + line(SMALL)
        self.assertEqual(run({"a/bench-x": both})[0], 0)
        self.assertEqual(run({"a/bench-x": both + "exit 3\n"})[0], 1)
        self.assertEqual(run({"a/bench-x": both, "b/bench-dead": "kill -9 $$\n"})[0], 1)

    def test_lines_that_are_no_measurement_fail(self):
        for bad in (
            "hello",
            "[]",
            FAST.replace('"ratio":0.95', '"ratio":"0.95"'),
            FAST.replace('"ratio":0.95', '"ratio":NaN'),
            FAST.replace('"ratio":0.95', '"ratio":true'),
            FAST.replace(',"unit":"x/s"', ""),
            FAST.replace('"x/s"', "7"),
            FAST.replace("}", ',"more":1}'),
        ):
            with self.subTest(bad=bad):
                self.assertEqual(run({"a/bench-x": line(FAST) + line(SMALL) + line(bad)})[0], 1)

    def test_the_same_name_twice_fails(self):
        code, _, err, _ = run({"a/bench-x": line(FAST) + line(SMALL), "b/bench-y": line(FAST)})
        self.assertEqual(code, 1)
        self.assertIn("twice", err)

    def test_bars_that_cannot_be_read_are_refused(self):
        for bars in ("fast value > 8\n", "fast speed >= 8\n", "fast value >= x\n", BARS + BARS):
            with self.subTest(bars=bars):
                code, _, _, found = run({"a/bench-fast": line(FAST)}, bars)
                self.assertEqual(code, 2)
                self.assertIsNone(found)

    def test_no_tree_is_refused(self):
        done = subprocess.run(
            [RUN, "/nonexistent/tree"], capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("no such build tree", done.stderr)


if __name__ == "__main__":
    RUN = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
