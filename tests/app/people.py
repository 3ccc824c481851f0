"""What a user does with the app, by the words on the screen.

SPDX-License-Identifier: Apache-2.0
"""

PASSWORD = "three taps before breakfast"


class User:
    """One user in front of one app; t translates the words on the screen."""

    def __init__(self, app, phone, name, t=lambda text: text):
        self.app = app
        self.phone = phone
        self.name = name
        self.t = t

    def press(self, text):
        self.app.press(self.t(text))

    def type(self, label, text):
        self.app.type(self.t(label), text)

    def says(self, text, **more):
        return self.app.says(self.t(text), **more)

    def fill_in(self, consent=True):
        """The registration's form."""
        if consent:
            self.press("I agree that the card company keeps my number, name and device for this service")
        self.type("Phone number", self.phone)
        self.type("Name", self.name)
        self.type("Password", PASSWORD)
        self.type("Password again", PASSWORD)
        self.press("Continue")

    def register(self):
        self.press("Register")
        self.fill_in()
        self.press("Fill in")
        self.press("Continue")
        self.says("You are registered.")

    def login(self):
        """From the result of the registration, or from the start."""
        self.type("Password", PASSWORD)
        self.press("Continue")
        self.says("You are logged in.")
        self.press("Done")

    def amount(self, text):
        self.press("¥" + text)
        self.press("Continue")

    def pay(self):
        self.press("Pay")

    def key(self, number):
        """The name of a key of the keypad."""
        return self.t("Key %u").replace("%u", str(number))

    def open_card(self, first_load="20"):
        self.press("Open a card")
        self.amount(first_load)
        self.says("City A card" if self.t("Card") == "Card" else "甲市")
        self.press("Continue")
        self.press("Pay")
        self.says("Your card is ready.")
        self.press("Done")
