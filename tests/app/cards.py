"""A card: updated, emptied at gates, deleted; a top-up given back; what is refused.

SPDX-License-Identifier: Apache-2.0
"""

import json
import os
import re
import subprocess

from walk import GOOD, LOST, REFUSAL, Walk

AID = "A0000006320101059901"


class Cards(Walk):
    """With an element, and a gate of a bus in front of it."""

    def go(self):
        self.gate()
        self.begin()
        self.none()
        self.open("10")
        self.update()
        self.empty()
        self.open("20")
        self.refused()
        self.refund()
        self.silent()

    def gate(self):
        path = self.city.state / "gate-1.json"
        gate = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**gate, "kind": "bus"}), encoding="utf-8")
        self.at_gate("psam")

    def at_gate(self, what):
        subprocess.run(
            [f"{os.environ['YKT_APP_BIN']}/ykt-validator", what, "gate-1.json"],
            cwd=self.city.state, check=True, stdout=subprocess.DEVNULL,
        )

    def open(self, load):
        user = self.user
        self.reach("Services", "Card opening")
        user.amount(load)
        user.says("Which city's card?")
        user.press("Continue")
        user.pay()
        self.result("open", GOOD, "Your card is ready.", f"¥{load}.00")

    def none(self):
        """Without a card: what there is to do first."""
        user = self.user
        for function, title in (("default", "Default card"), ("contactless", "Card at gates")):
            self.reach("Services", title)
            if function == "contactless":
                user.press("Continue")
            self.result(function, REFUSAL, "There is no card in this device.", "Open a card first.")
        for function, title, text in (
            ("lock", "Card lock", "The account has no such card."),
            ("unlock", "Card unlock", "The account has no such card."),
            ("apps update", "Card update", "There is no card in this device."),
            ("return", "Card return", "There is no such card in this device."),
            ("move out", "Card moved out", "There is no such card in this device."),
            ("move in", "Card moved in", "No card can be moved in now."),
        ):
            self.reach("Services", title)
            self.result(function, REFUSAL, text)

    def update(self):
        user = self.user
        self.city.operate("version.add", {"aid": AID, "version": 1, "end": "20401231"})
        self.city.operate("version.move", {"aid": AID, "version": 1, "state": "test"})
        self.city.operate("version.move", {"aid": AID, "version": 1, "state": "published"})
        self.reach("Services", "Card update")
        user.says("What is on the card stays as it is. Keep the card with this device.")
        user.press("Update the card")
        self.result("apps update", GOOD, "The card has the newest version.")

    def empty(self):
        """Ridden empty it can be deleted, by its owner alone."""
        for _ in range(5):
            self.at_gate("tap")
        self.reach("Services", "Card deletion")
        self.with_password("Delete the card from this device", "a wrong password")
        self.result("delete", REFUSAL, "The password is not right.")
        self.reach("Services", "Card deletion")
        self.with_password("Delete the card from this device")
        self.result("delete", GOOD, "The card is deleted from this device.")

    def refused(self):
        user = self.user
        self.reach("Services", "Card opening")
        user.amount("20")
        user.says("Which city's card?")
        user.press("Continue")
        self.result("open", REFUSAL, "This device already has a card of that city.", "Nothing was charged.")
        for function, title, button in (
            ("return", "Card return", "Give the card back"),
            ("move out", "Card moved out", "Move the card out"),
        ):
            self.reach("Services", title)
            self.with_password(button, "a wrong password")
            self.result(function, REFUSAL, "The password is not right.")

    def refund(self):
        """Paid, and the key service is away: the money is safe, and goes back when it is asked for."""
        user = self.user
        self.reach("Services", "Top-up")
        user.amount("30")
        user.says("Is this right? Only then is it paid.")
        self.city.kill("keyd-9901")
        user.pay()
        user.says("Your payment is safe: it will be loaded once, or given back.")
        order = next(text for text in user.app.texts() if re.fullmatch("[0-9a-f]{32}", text))
        self.result("topup", LOST)
        self.reach("Services", "Unfinished orders")
        self.result("recover", REFUSAL, "Something could not be finished yet.")
        self.city.start("keyd-9901")
        self.reach("Services", "Refund")
        user.app.type(user.t("Number of the order") + " · " + user.t("It stands in your orders"), order)
        user.press("Continue")
        user.says("Should this order's money go back to you?")
        user.press("Give the money back")
        self.result("refund", GOOD, "The refund is done.")
        self.reach("Services", "Unfinished orders")
        self.result("recover", GOOD, "Nothing is left unfinished.")

    def silent(self):
        """The element does not answer: it is said, and what to look at."""
        self.city.kill("se")
        for function, title in (("apps", "Cards in this device"), ("balance", "Balance"), ("records", "Records")):
            self.reach("Services", title)
            self.result(function, REFUSAL, "The secure element does not answer.")
