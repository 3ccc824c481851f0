"""A user who goes through the app; what every walk does.

SPDX-License-Identifier: Apache-2.0
"""

import city
import motion
import people
import phone

MAX_STEPS = 3
RING_S = 3  # for so long one looks how it moves
PIN = "604719"
GOOD, REFUSAL, LOST = "success", "refusal", "lost"


class Walk:
    """Goes from the main screen to result screens, and notes which ones it has seen."""

    TEXT = 1.0  # the size of text
    PHONE = False  # nothing but the app on a phone's screen
    MOTION = False  # the desktop's wish; without it each page is drawn once

    def __init__(self, user, state, profile):
        self.user = user
        self.city = city.City(state)
        self.profile = profile
        self.password = people.PASSWORD
        self.seen = set()
        self.faults = []  # a line each

    @classmethod
    def before(cls, state, program):
        """What happened before the app is started; which program that is, None: this one."""

    def saw(self, function, outcome):
        print(f"{function}: {outcome}", flush=True)
        self.seen.add((function, outcome))

    def reach(self, *names):
        """From the main screen to a function; more than three steps are a fault."""
        assert len(names) <= MAX_STEPS, names
        for name in names:
            self.user.press(name)

    def result(self, function, outcome, *texts, main="Me"):
        """The result screen, which says what it should; then back to the main screen."""
        for text in texts:
            self.user.says(text)
        self.user.press("Done")
        self.user.says(main)
        self.saw(function, outcome)

    def looks(self, tab, rows):
        """Functions that only show: id, title of the row, and what the screen says."""
        for function, row, text in rows:
            self.reach(tab, row)
            self.result(function, GOOD, text)

    def cancel(self, *names):
        """A question given up leads back without a word."""
        self.reach(*names)
        self.user.says("Login password")
        self.user.press("Back")
        self.user.says("Me")

    def with_password(self, button="Continue", password=None):
        self.user.type("Login password", password or self.password)
        self.user.press(button)

    # --- the keypad ------------------------------------------------------------------

    def speak(self):
        """Asks the keypad for the names of its digits."""
        app = self.user.app
        self.user.press("Speak the digits. Others may hear them.")
        app.until(
            lambda: sorted(t for t in set(app.texts()) if len(t) == 1 and t.isdigit()) == list("0123456789"),
            "the names of the digits",
        )

    def typed(self, count, wanted=6):
        """What the keypad says of how far it is."""
        return self.user.t("%u of %u digits typed").replace("%u", str(count), 1).replace("%u", str(wanted))

    def digits(self, pin, last=None):
        """A PIN by the names of its digits; last() stands for the press that ends it."""
        for count, digit in enumerate(pin, 1):
            if count == len(pin) and last is not None:
                last(digit)
            else:
                self.user.app.press(digit)
            if count < len(pin):
                self.user.says(self.typed(count, len(pin)))

    def enter(self, pin):
        self.speak()
        self.digits(pin)

    def new_pin(self, pin, last=None):
        """Both pads of a new PIN."""
        self.user.says("New payment PIN")
        self.enter(pin)
        self.user.says("New payment PIN again")
        self.digits(pin, last)

    # --- often ------------------------------------------------------------------------

    def begin(self):
        """A new account, and its first session."""
        self.user.says("One card for every ride")
        self.user.register()
        self.saw("register", GOOD)
        self.user.press("Login")
        self.user.login()
        self.saw("login", GOOD)

    def ask_bill(self, bill):
        self.reach("Services", "Payment")
        self.user.app.type(self.user.t("Number of the bill") + " · " + self.user.t("The merchant shows it"), bill)
        self.user.press("Continue")

    def agree_to_codes(self, password=None):
        self.reach("Services", "Ride code opening")
        self.user.press("I agree that rides by code are paid out of my wallet")
        self.with_password(password=password)

    def ride_code(self):
        user = self.user
        self.agree_to_codes()
        self.result("code open", GOOD, "Ride codes are ready.")
        self.reach("Services", "Ride code")
        self.with_password()
        user.says("Turn the screen's brightness up")
        self.ring()
        user.press("Back")
        user.says("Me")
        self.saw("code show", GOOD)

    def ring(self):
        """It shrinks smoothly; with little motion by a step a second, and nothing else moves."""
        count = motion.changes(phone.WIDTH, phone.HEIGHT, RING_S)
        print(f"a ride code: {count} pictures in {RING_S} s", flush=True)
        assert (count > 3 * RING_S) == self.MOTION, f"{count} pictures in {RING_S} s"

    def message(self, known, sink="sms-9901.txt"):
        """The code of the newest message, when there are more than known."""

        def look():
            codes = self.city.codes(sink)
            return codes[-1] if len(codes) > known else None

        return self.user.app.until(look, "a message with a code")
