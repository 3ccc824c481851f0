"""The app updates itself: taken, refused, and gone back from.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import pathlib
import shutil
import subprocess

import city
from walk import GOOD, REFUSAL, Walk

FIRST, SECOND, THIRD = "0.1.0", "0.2.0", "0.3.0"
PROGRAM, TERMS = "bin/ykt-app", "share/ykt/terms.txt"


class Releases:
    """What a publisher with a test key makes; each version differs in its number alone."""

    def __init__(self, program, state):
        self.program = program
        self.state = pathlib.Path(state)

    def make(self, file, version, inside):
        """A release of that version, with the program of the version that is inside."""
        path = self.state / f"ykt-app-{inside}"
        if not path.exists():
            whole = pathlib.Path(self.program).read_bytes()
            assert FIRST.encode() + b"\0" in whole
            path.write_bytes(whole.replace(FIRST.encode() + b"\0", inside.encode() + b"\0"))
            subprocess.run(["strip", path], check=True)  # it is fetched faster
            path.chmod(0o755)
        (self.state / "terms.txt").write_text("terms of use\n", encoding="utf-8")
        self.release("make", "TEST-release", "release.key", "2016", version, FIRST, file, f"+{PROGRAM}={path}",
                     f"{TERMS}=terms.txt")

    def release(self, *words):
        return subprocess.run([f"{os.environ['YKT_APP_BIN']}/ykt", "release", *words], cwd=self.state, check=True,
                              capture_output=True, text=True).stdout

    def install(self):
        """The first version, as a first installation leaves it."""
        (self.state / "release.pub").write_text(self.release("key", "TEST-release", "release.key"), encoding="utf-8")
        self.make("first.yr", FIRST, FIRST)
        root = self.state / "app"
        place = root / "versions" / FIRST
        for name, source in ((PROGRAM, f"ykt-app-{FIRST}"), (TERMS, "terms.txt")):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.state / source, place / name)
        signed = (self.state / "first.yr").read_bytes()
        (place / "share/ykt/manifest").write_bytes(signed[:int.from_bytes(signed[3:5], "big") + 64])
        (root / "current").symlink_to(f"versions/{FIRST}")
        client = self.state / "client.json"
        settings = json.loads(client.read_text(encoding="utf-8"))
        client.write_text(json.dumps({**settings, "release_key": "release.pub", "install": "app"}), encoding="utf-8")


class Update(Walk):
    """With a platform that offers what the publisher signed."""

    @classmethod
    def before(cls, state, program):
        there = Releases(program, state)
        there.install()
        there.make("second.yr", SECOND, SECOND)
        there.make("unlike.yr", THIRD, SECOND)
        there.make("third.yr", THIRD, THIRD)
        cls.offer(city.City(state), "second.yr")
        return str(there.state / "app" / "current" / PROGRAM)

    @staticmethod
    def offer(there, file):
        path = there.state / "platformd-9901.json"
        settings = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**settings, "release": file, "release_key": "release.pub"}), encoding="utf-8")
        there.kill("platformd-9901")
        there.start("platformd-9901")

    def go(self):
        self.begin()
        self.taken(SECOND)
        self.restart(SECOND)
        assert not (self.city.state / "app" / "previous").is_symlink(), "the trial did not end"
        self.offer(self.city, "unlike.yr")
        self.ask()
        self.result("update", REFUSAL, "There was no update. The old version stays.",
                    "The new version does not run on this device.")
        self.counts(SECOND)
        self.offer(self.city, "third.yr")
        self.taken(THIRD)
        self.back()

    def ask(self):
        user = self.user
        self.reach("Me", "Update")
        user.says("The new version is fetched, checked and put beside the old one.")
        user.press("Update")

    def taken(self, version):
        self.ask()
        self.result("update", GOOD, "The new version runs from the next start on.")
        self.counts(version)

    def counts(self, version):
        link = os.readlink(self.city.state / "app" / "current")
        assert link == f"versions/{version}", link

    def restart(self, version):
        """The window is closed and opened again: the program is that version's."""
        user = self.user
        self.faults += user.app.end()
        user.app = user.app.again()
        runs = os.readlink(f"/proc/{user.app.process.pid}/exe")
        assert runs.endswith(f"/versions/{version}/{PROGRAM}"), runs
        user.says("Services")

    def back(self):
        """Damaged after it was put there: it spends nothing, and the next start is the old version's."""
        user = self.user
        (self.city.state / "app" / "versions" / THIRD / TERMS).write_text("terms of abuse\n", encoding="utf-8")
        self.restart(THIRD)
        self.top_up()
        self.result("wallet topup", REFUSAL, "This program is not the one that its publisher signed. Install it again; "
                    "what is on the card and in the account is untouched.")
        self.counts(SECOND)
        self.restart(SECOND)
        self.top_up()
        user.says("Is this right? Only then is it paid.")
        user.pay()
        self.result("wallet topup", GOOD, "The top-up is done.")

    def top_up(self):
        self.reach("Services", "Wallet top-up")
        self.user.amount("50")
