"""Registered, topped up and paid with the keyboard alone.

SPDX-License-Identifier: Apache-2.0
"""

import time

import drive
import people
import phone
from walk import GOOD, PIN, Walk

TAB, RETURN, SPACE = 0xFF09, 0xFF0D, 0x20
STEPS = 80  # keys until a walk around a page is over for sure


class Keyboard(Walk):
    """No pointer, no action of assistive technology: Tab, Enter, the space bar and letters."""

    PHONE = True
    typing = False  # a line of this page has been typed

    def go(self):
        user = self.user
        user.says("One card for every ride")
        self.press("Register")
        self.fill({
            "I agree that the card company keeps my number, name and device for this service": None,
            "Phone number": user.phone, "Name": user.name,
            "Password": people.PASSWORD, "Password again": people.PASSWORD,
        })
        self.press("Fill in")
        self.press("Continue")
        user.says("You are registered.")
        self.saw("register", GOOD)
        self.press("Login")
        self.fill({"Password": people.PASSWORD})
        user.says("You are logged in.")
        self.press("Done")
        self.saw("login", GOOD)
        self.top_up()
        self.set_pin()
        self.pay()

    def top_up(self):
        user = self.user
        self.press("Top up")
        self.press("¥50", translate=False)
        self.press("Continue")
        user.says("Is this right? Only then is it paid.")
        self.press("Pay")
        user.says("The top-up is done.")
        self.press("Done")
        self.saw("wallet topup", GOOD)

    def set_pin(self):
        user = self.user
        self.tab("Me")
        self.press("Payment PIN")
        self.fill({"Login password": people.PASSWORD})
        self.type_pin("New payment PIN")
        user.says("New payment PIN again")
        self.type_pin("New payment PIN again", spoken=True)
        user.says("The payment PIN is set.")
        self.press("Done")
        self.saw("pin", GOOD)

    def pay(self):
        user = self.user
        self.tab("Card")
        self.press("Pay bill")
        self.fill({user.t("Number of the bill") + " · " + user.t("The merchant shows it"): self.city.bill(user.phone)})
        user.says("Exactly what stands here is signed and paid, once.")
        self.press("Pay")
        self.type_pin("Payment PIN")
        user.says("It is paid.")
        self.press("Done")
        self.saw("pay", GOOD)

    # --- keys ---------------------------------------------------------------------------

    def here(self):
        """Name and place of what has the keyboard; None: a line to type, whose inner text GTK 4.8 does not tell of."""
        app = self.user.app
        node = app.focused()
        return (app.name(node), app.place(node)) if node else None

    def next(self, before):
        """One Tab; what has the keyboard then, which must be on the screen."""
        self.user.app.key(TAB)
        for _ in range(20):
            time.sleep(0.05)
            now = self.here()
            if now != before:
                break
        if now is not None:
            x, y, width, height = now[1]
            assert 0 <= x and x + width <= phone.WIDTH and y < phone.HEIGHT and y + height > 0, f"{now} is not there"
        return now

    def go_to(self, name):
        """Tabs to what has this name; nothing is passed twice on the way."""
        app = self.user.app
        app.until(lambda: name in app.texts(), lambda: f"{name!r}; there is {app.texts()}")
        here = self.here()
        passed = [here]
        while here is None or here[0] != name:
            here = self.next(here)
            assert here is None or here not in passed, f"{name!r} is not on the way: {passed}"
            passed.append(here)
            assert len(passed) < STEPS, passed

    def press(self, name, translate=True):
        self.go_to(self.user.t(name) if translate else name)
        self.user.app.key(RETURN)

    def tab(self, name):
        self.go_to(self.user.t(name))
        self.user.app.key(SPACE)
        self.user.says({"Me": "Logout", "Card": "Pay bill"}[name])

    def fill(self, lines):
        """The lines of a form, in the order of its keys; Enter behind the last one answers."""
        app = self.user.app
        self.typing = False
        for label, text in lines.items():
            label = self.user.t(label)
            app.until(lambda: label in app.texts(), lambda: f"{label!r}; there is {app.texts()}")
            if text is None:
                self.go_to(label)
                app.key(SPACE)
            else:
                self.type_line(label, text)
        app.key(RETURN)

    def type_line(self, label, text):
        """Into the next line to type, which must be the one of this label."""
        app = self.user.app
        here = self.here()
        line = next(n for n in app.nodes() if n.get_role() in drive.TYPED and app.name(n) == label)
        # The first line of a page has the keyboard at once, with nothing typed before it.
        first = here is None and not self.typing
        while not first:
            here = self.next(here)
            if here is None:
                break
        self.typing = True
        self.letters(text)
        app.until(lambda: line.get_character_count() == len(text),
                  lambda: f"{text!r} at {label!r}; there are {line.get_character_count()} signs")

    def letters(self, text):
        for letter in text:
            self.user.app.key(ord(letter))

    def type_pin(self, label, spoken=False):
        """The keys lie in a grid, by position; their digits have names when they are asked for."""
        app = self.user.app
        self.user.says(label)
        if not spoken:
            self.press("Speak the digits. Others may hear them.")
        for count, digit in enumerate(PIN, 1):
            app.until(lambda: digit in app.texts(), f"the name of {digit}")
            self.go_to(digit)
            app.key(SPACE)
            if count < len(PIN):
                self.user.says(self.typed(count))
