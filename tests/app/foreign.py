"""A card that was opened elsewhere: bound to the account, and unbound.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import subprocess

import city
from walk import GOOD, REFUSAL, Walk

SERVICES = ("keyd-9901", "tsmd-9901", "platformd-9901")


class Foreign(Walk):
    """With an element whose card another system of the issuer's has opened."""

    @classmethod
    def before(cls, state, program):
        """A card of 42.00 is opened; then the services are new ones with the same keys."""
        there = city.City(state)
        client = json.loads((there.state / "client.json").read_text(encoding="utf-8"))
        (there.state / "other.json").write_text(json.dumps({**client, "state": "other"}), encoding="utf-8")
        answers = "phone=13800000003\nname=Wang Wu\npassword=three taps\npassword2=three taps\nconsent=y\nok=y\n"
        (there.state / "answers").write_text(answers, encoding="utf-8")
        for command in (["register"], ["login"], ["open", "--city", "9901", "--load", "42.00", "--yes"]):
            subprocess.run(
                [f"{os.environ['YKT_APP_BIN']}/ykt", *command, "--config", "other.json", "--answers", "answers", "--quiet"],
                cwd=state, check=True, stdout=subprocess.DEVNULL,
            )
        for name in reversed(SERVICES):
            there.kill(name)
            for path in there.state.glob(f"{name}.db*"):
                path.unlink()
        for name in SERVICES:
            there.start(name)

    def go(self):
        user = self.user
        self.begin()
        self.reach("Services", "Card binding")
        user.press("Bind the card to the account")
        self.result("bind card", GOOD, "The card is bound.", "¥42.00")
        self.reach("Services", "Card binding")
        self.result("bind card", REFUSAL, "The card is one of the account already.")
        self.looks("Services", [("cards", "Cards", "The cards of your account.")])
        self.reach("Services", "Card unbinding")
        self.with_password("Unbind the card", "a wrong password")
        self.result("unbind card", REFUSAL, "The password is not right.")
        self.reach("Services", "Card unbinding")
        self.with_password("Unbind the card")
        self.result("unbind card", GOOD, "The card is unbound.")
