"""Answers that are lost on the way, of functions that change something at the platform.

SPDX-License-Identifier: Apache-2.0
"""

import json
import pathlib

import city
import line
from account import BANK
from walk import LOST, PIN, Walk

PHONES = 21  # the platform's port


class Silence(Walk):
    """Each is done, and nobody says so: the screen says what may be, and what to do next."""

    line = None

    @classmethod
    def before(cls, state, program):
        path = pathlib.Path(state) / "client.json"
        settings = json.loads(path.read_text(encoding="utf-8"))
        cls.line = line.Line(city.City(state).base + PHONES)
        path.write_text(json.dumps({**settings, "platform": f"https://127.0.0.1:{cls.line.port}"}), encoding="utf-8")

    def go(self):
        self.begin()
        self.pin_reset()
        self.bank()
        self.code()

    def lose(self, function, act, *texts):
        with self.line.lost():
            act()
            for text in texts:
                self.user.says(text)
        self.user.press("Done")
        self.user.says("Me")
        self.saw(function, LOST)

    def press(self, text):
        return lambda: self.user.press(text)

    def pin_reset(self):
        self.reach("Me", "Payment PIN reset")
        self.with_password()
        self.new_pin(PIN)
        self.user.press("Fill in")
        self.lose("pin reset", self.press("Continue"), "The answer was lost. The PIN may be set.")

    def bank(self):
        user = self.user
        self.reach("Services", "Account binding")
        user.type("Number of the account", city.NUMBER)
        user.type("Its holder", city.HOLDER)
        user.type("Phone number that the bank knows", city.BANK_PHONE)
        user.press("Continue")
        user.says("One-time code")
        user.type("One-time code", self.message(0, "sms-bank.txt"))
        self.lose("bind", self.press("Continue"),
                  "An answer was lost. Whether the account is bound is asked for; it is never bound twice.")
        self.reach("Services", "Unfinished orders")
        user.says("Nothing is left unfinished.")
        user.press("Done")
        self.looks("Services", [("accounts", "Bound accounts", BANK)])
        self.reach("Services", "Account unbinding")
        user.type("Login password", self.password)
        self.lose("unbind", self.press("Unbind the account"), "An answer was lost. The account may be bound, or not any more.")

    def code(self):
        self.reach("Services", "Ride code opening")
        self.user.press("I agree that rides by code are paid out of my wallet")
        self.user.type("Login password", self.password)
        self.lose("code open", self.press("Continue"), "The answer was lost. Ride codes may be open.")
