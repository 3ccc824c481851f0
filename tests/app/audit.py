"""Which walk leads to which result screens: audit.csv, held against the matrix of functions.

Every function that a profile has must have a row, and in it a walk for its success and
for its refusal, or the reason why there is none; every walk must see what names it.

usage: audit.py FUNCTIONS.md

SPDX-License-Identifier: Apache-2.0
"""

import csv
import pathlib
import re
import sys

PROFILES = ("se", "seless")
OUTCOMES = ("success", "refusal", "lost")
NEEDED = ("success", "refusal")
WALKS = {"se": {"everyday", "account", "cards", "foreign"}, "seless": {"everyday", "account", "silence", "update"}}


def table():
    """(function, profile) to its row."""
    with open(pathlib.Path(__file__).with_name("audit.csv"), encoding="utf-8", newline="") as file:
        return {(row["function"], row["profile"]): row for row in csv.DictReader(file)}


def offered(path):
    """The functions of each profile, from the matrix of docs/functions.md."""
    found = set()
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        cells = re.fullmatch(r"\| `ykt ([^`]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \|.*", line)
        if cells:
            found |= {(cells[1], p) for p, c in zip(PROFILES, cells.groups()[1:]) if c.strip() == "yes"}
    return found


def compare(walk, profile, seen):
    """What a walk has seen and the table does not say, and the other way round; a line each."""
    said = {
        (function, outcome)
        for (function, of), row in table().items()
        for outcome in OUTCOMES
        if of == profile and walk in row[outcome].split()
    }
    return [f"not seen: {f}, {o}" for f, o in sorted(said - seen)] + [
        f"not in audit.csv: {f}, {o}, {walk}" for f, o in sorted(seen - said)
    ]


def judge(rows, functions):
    """What is wrong with the table, a line each."""
    faults = [f"{f}, {p}: no walk leads there" for f, p in sorted(functions - set(rows))]
    faults += [f"{f}, {p}: there is no such function" for f, p in sorted(set(rows) - functions)]
    for (function, profile), row in rows.items():
        named = {walk for outcome in OUTCOMES for walk in row[outcome].split()}
        faults += [f"{function}, {profile}: no walk {walk}" for walk in sorted(named - WALKS[profile])]
        if not all(row[outcome] for outcome in NEEDED) and not row["why_not"]:
            faults.append(f"{function}, {profile}: neither a walk nor a reason")
    return faults


def main():
    functions = offered(sys.argv[1])
    if len(functions) < 50:
        sys.exit(f"audit: {sys.argv[1]} has a matrix of {len(functions)} only")
    faults = judge(table(), functions)
    for fault in faults:
        print(f"audit: {fault}")
    print(f"audit: {len(functions)} functions of the profiles")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
