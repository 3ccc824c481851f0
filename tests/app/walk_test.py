"""Every function of a profile from the main screen, in one language, each to its result screen.

usage: walk_test.py APP CONFIG LANGUAGE PROFILE PHONE CATALOGUE.mo STATE

SPDX-License-Identifier: Apache-2.0
"""

import gettext
import json
import os
import pathlib
import signal
import subprocess
import sys

import drive
import people

MAX_STEPS = 3
PIN = "604719"


class Walk:
    """A user who goes through the app and counts the presses from the main screen."""

    def __init__(self, user, state):
        self.user = user
        self.state = state
        self.done = []

    def reach(self, *names):
        """From the main screen to a function; more than three steps are a fault."""
        assert len(names) <= MAX_STEPS, names
        for name in names:
            self.user.press(name)

    def result(self, what, *texts):
        """The result screen, which names what it should; then back to the main screen."""
        for text in texts:
            self.user.says(text)
        self.user.press("Done")
        self.user.says("Me")
        self.done.append(what)

    def looks(self, tab, rows):
        """Functions that only show: title of the row, and what the screen says."""
        for row, text in rows:
            self.reach(tab, row)
            self.result(row, text)

    def cancel(self, what, *names):
        """A question given up leads back without a word."""
        self.reach(*names)
        self.user.says("Login password")
        self.user.press("Back")
        self.user.says("Me")
        self.done.append(what)

    def keys(self, count):
        for number in range(1, count + 1):
            self.user.press(self.user.key(number))

    def bill(self):
        """A merchant's bill of 3.00; its number."""
        client = json.loads(pathlib.Path(f"{self.state}/client.json").read_text(encoding="utf-8"))
        port = int(client["platform"].rsplit(":", 1)[1]) + 1
        keys = f"{self.state}/keys"
        done = subprocess.run(
            ["curl", "-sS", "--fail-with-body", "--cacert", f"{keys}/ca.pem",
             "--cert", f"{keys}/merchant-0001.pem", "--key", f"{keys}/merchant-0001.key",
             "-H", "Content-Type: application/json",
             "-d", json.dumps({"ref": self.user.phone, "payee": "Noodles Zhang", "goods": "noodles",
                               "amount_fen": 300, "life_ms": 600000}),
             f"https://127.0.0.1:{port}/merchant/bill"],
            check=True, capture_output=True, text=True,
        )
        return json.loads(done.stdout)["bill_id"]

    # --- what both profiles have --------------------------------------------------

    def begin(self):
        self.user.says("One card for every ride")
        self.user.register()
        self.user.press("Login")
        self.user.login()
        self.done += ["Registration", "Login"]

    def money(self, has_pin):
        """Top up the wallet; pay with a PIN, and nothing without one; what is asked is given up."""
        user = self.user
        self.reach("Services", "Wallet top-up")
        user.amount("50")
        user.says("Is this right? Only then is it paid.")
        user.pay()
        self.result("Wallet top-up", "The top-up is done.", "¥50.00")
        self.reach("Services", "Payment")
        user.app.type(user.t("Number of the bill") + " · " + user.t("The merchant shows it"), self.bill())
        user.press("Continue")
        if has_pin:
            user.says("Exactly what stands here is signed and paid, once.")
            user.press("Pay")
            self.speak()
            self.digits(PIN)
            self.result("Payment", "It is paid.", "It was paid once, out of your wallet.")
        else:
            self.result("Payment", "No payment PIN is set yet.")
        self.reach("Services", "Refund")
        user.app.type(user.t("Number of the order") + " · " + user.t("It stands in your orders"), "0" * 32)
        user.press("Continue")
        self.result("Refund")
        self.cancel("Payment PIN reset", "Me", "Payment PIN reset")
        self.cancel("Login password", "Me", "Login password")
        self.cancel("Deregistration", "Me", "Deregistration")

    def pin(self):
        """The keypad: a weak PIN is refused, whichever digits stand on the keys pressed."""
        user = self.user
        self.reach("Me", "Payment PIN")
        user.type("Login password", people.PASSWORD)
        user.press("Continue")
        user.says("New payment PIN")
        for count in range(1, 7):
            user.press(user.key(5))
            if count < 6:
                user.says(user.t("%u of %u digits typed").replace("%u", str(count), 1).replace("%u", "6"))
        user.says("The PIN must be six digits that are not easy to guess.")
        user.press("Take the last digit back")
        self.cover()
        # By position alone, until the user asks for the digits.
        assert not any(text in "0123456789" for text in user.app.texts())
        self.speak()
        self.digits(PIN)
        user.says("New payment PIN again")
        self.digits(PIN)
        self.result("Payment PIN", "The payment PIN is set.")

    def cover(self):
        """Another window in front: the pad is covered, what was typed is forgotten, keys move."""
        user = self.user
        user.press(user.key(3))
        user.says(user.t("%u of %u digits typed").replace("%u", "1", 1).replace("%u", "6"))
        with drive.elsewhere():
            user.says("Hidden")
            assert user.key(1) not in user.app.texts(), user.app.texts()
        user.says(user.t("%u of %u digits typed").replace("%u", "0", 1).replace("%u", "6"))
        user.says(user.key(1))
        self.done.append("Cover")

    def speak(self):
        """Asks the keypad for the names of its digits."""
        self.user.press("Speak the digits. Others may hear them.")
        self.user.app.until(
            lambda: sorted(t for t in set(self.user.app.texts()) if len(t) == 1 and t.isdigit()) == list("0123456789"),
            "the names of the digits",
        )

    def digits(self, pin):
        """A PIN by the names of its digits."""
        user = self.user
        for count, digit in enumerate(pin, 1):
            user.app.press(digit)
            if count < len(pin):
                user.says(user.t("%u of %u digits typed").replace("%u", str(count), 1).replace("%u", str(len(pin))))

    def end(self):
        self.reach("Me", "Logout")
        self.result("Logout", "You are logged out.")
        self.reach("Card")
        self.user.says("You are not logged in")
        self.reach("Services", "Orders")
        self.user.says("You are not logged in, or the session has ended.")
        self.user.press("Login")
        self.user.type("Password", "a wrong password")
        self.user.press("Continue")
        self.result("Login", "Login was refused.")

    def about(self):
        self.reach("Me", "About")
        self.user.says("0.1.0")
        self.done.append("About")

    # --- one profile ----------------------------------------------------------------

    def element(self):
        user = self.user
        self.reach("Services", "Card opening")
        user.amount("20")
        user.says("Which city's card?")
        user.press("Continue")
        user.pay()
        self.result("Card opening", "Your card is ready.", "¥20.00")
        self.reach("Card", "Top up")
        user.amount("30")
        user.pay()
        self.result("Top-up", "The top-up is done.", "¥30.00")
        user.says("¥50.00")
        self.looks("Services", [
            ("Balance", "Balance on the card"),
            ("Wallet", "¥0.00"),
            ("Records", "Newest first."),
            ("Orders", "Newest first."),
            ("Abnormal orders", "Newest first."),
            ("Unfinished orders", "Nothing is left unfinished."),
            ("Cards", "The cards of your account."),
            ("Cards in this device", "What the secure element holds."),
            ("Default card", "Gates see this card first."),
        ])
        self.reach("Services", "Card at gates")
        user.press("Continue")
        self.result("Card at gates", "It is as you wish.")

    def cards(self):
        """What is done to a card, and what is refused: each says what the card is now."""
        user = self.user
        self.reach("Services", "Card lock")
        user.press("Lock the card")
        self.result("Card lock", "The card is locked.")
        self.reach("Services", "Top-up")
        user.amount("10")
        self.result("Top-up, refused", "The card is locked. Unlock it first.", "Nothing was charged.")
        self.reach("Services", "Card unlock")
        user.type("Login password", people.PASSWORD)
        user.press("Continue")
        self.result("Card unlock", "The card is in use again.")
        self.reach("Services", "Card deletion")
        self.result("Card deletion, refused", "The card stays.")
        self.reach("Services", "Card moved out")
        user.type("Login password", people.PASSWORD)
        user.press("Move the card out")
        self.result("Card moved out", "The card is out of this device.")
        self.reach("Services", "Card moved in")
        user.press("Continue")
        self.result("Card moved in", "Your card is ready.")
        self.reach("Services", "Records of some days")
        user.press("Continue")
        self.result("Records of some days", "Newest first.")
        self.reach("Me", "Update")
        self.result("Update", "There was no update. The old version stays.")
        self.reach("Services", "Card return")
        user.type("Login password", people.PASSWORD)
        user.press("Give the card back")
        self.result("Card return", "The card is given back.")

    def unknown(self):
        """The platform dies between the question and the payment: nothing is lost, and it is said."""
        user = self.user
        self.reach("Services", "Wallet top-up")
        user.amount("30")
        user.says("Is this right? Only then is it paid.")
        pid = int(pathlib.Path(f"{self.state}/run/platformd-9901.pid").read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGKILL)
        user.pay()
        self.result("Top-up, no platform", "The platform cannot be reached.", "Try again later.")
        self.reach("Card")
        user.says("Something is unfinished")
        self.restart()
        self.reach("Services", "Unfinished orders")
        self.result("Unfinished orders", "Nothing is left unfinished.", "Nothing was charged.")

    def restart(self):
        """The platform again, which goes with the test: app.sh ends what run/ names."""
        with open(f"{self.state}/log/platformd-again.log", "w+", encoding="utf-8") as log:
            again = subprocess.Popen(
                [f"{os.environ['YKT_APP_BIN']}/ykt-platformd", f"{self.state}/platformd-9901.json"],
                stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            )
            pathlib.Path(f"{self.state}/run/platformd-9901.pid").write_text(str(again.pid), encoding="utf-8")
            self.user.app.until(lambda: ": ready" in pathlib.Path(log.name).read_text(encoding="utf-8"), "the platform")

    # --- the element's own menu, which calls the platform through the gateway ----------

    def in_menu(self, *answers):
        """Questions of the menu and what is typed; the last answer leads to a text."""
        for question, text in answers:
            self.user.says(question)
            self.user.type("Answer", text)
            self.user.press("Continue")

    def message(self, known):
        """The code of the newest message, when there are more than known."""
        path = pathlib.Path(f"{self.state}/sms-9901.txt")

        def look():
            lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
            return lines[-1].strip()[-6:] if len(lines) > known else None

        return self.user.app.until(look, "a message with a code")

    def begin_in_menu(self):
        """An account made from the menu, before the app has one; then the app's own password."""
        user = self.user
        user.says("One card for every ride")
        user.press("Menu of the card")
        user.says("Settings")
        user.press("Register")
        self.in_menu(("Mobile number", user.phone))
        user.press("Yes")
        self.in_menu(("Code from the text message", self.message(0)))
        self.in_menu(("New payment PIN, 6 digits", PIN), ("The same PIN again", PIN))
        user.says("You are registered")
        user.press("OK")
        user.press("Back")
        user.press("Password forgotten")
        user.type("Phone number", user.phone)
        user.type("Name", f"SIM {user.phone[-4:]}")
        user.type("New password", people.PASSWORD)
        user.type("New password again", people.PASSWORD)
        user.press("Continue")
        self.message(1)
        user.press("Fill in")
        user.press("Continue")
        user.says("The login password is set.")
        user.press("Login")
        user.type("Phone number", user.phone)
        user.type("Password", people.PASSWORD)
        user.press("Continue")
        self.message(2)
        user.press("Fill in")
        user.press("Continue")
        user.says("You are logged in.")
        user.press("Done")
        self.done += ["Menu: registration", "Login password reset", "Login"]

    def menu(self):
        """Balance, records, and a top-up out of the wallet."""
        user = self.user
        self.reach("Services", "Menu of the card", "My card")
        user.press("Balance")
        user.app.says("50.00")
        user.press("OK")
        user.press("Records")
        user.app.says("30.00")
        user.press("OK")
        user.press("Back")
        user.press("Top up")
        user.press("20 yuan")
        user.press("Yes")
        self.in_menu(("Payment PIN, 6 digits", PIN))
        user.app.says("70.00")
        user.press("OK")
        user.press("Close the menu")
        user.app.says("Me")
        self.reach("Card")
        user.app.says("¥70.00")
        self.done.append("Menu of the card")

    def no_element(self):
        self.looks("Services", [
            ("Balance", "¥0.00"),
            ("Wallet", "¥0.00"),
            ("Records", "Newest first."),
            ("Orders", "Newest first."),
            ("Abnormal orders", "Newest first."),
            ("Unfinished orders", "Nothing is left unfinished."),
            ("Cards", "The cards of your account."),
        ])

    def all(self, profile):
        if profile == "se":
            self.element()
            self.money(True)
            self.menu()
            self.cards()
        else:
            self.no_element()
            self.money(False)
            self.pin()
            self.ride_code()
            self.unknown()
        self.end()

    def one_of_each(self):
        """Every kind of page once: a list, tiles and a payment, the keypad, a ride code."""
        self.looks("Services", [("Orders", "Newest first.")])
        self.reach("Services", "Wallet top-up")
        self.user.amount("50")
        self.user.pay()
        self.result("Wallet top-up", "The top-up is done.")
        self.reach("Trips")
        self.user.says("¥50.00")
        self.cancel("Login password", "Me", "Login password")
        self.pin()
        self.ride_code()

    def ride_code(self):
        user = self.user
        self.reach("Services", "Ride code opening")
        user.press("I agree that rides by code are paid out of my wallet")
        user.type("Login password", people.PASSWORD)
        user.press("Continue")
        self.result("Ride code opening", "Ride codes are ready.")
        self.reach("Services", "Ride code")
        user.type("Login password", people.PASSWORD)
        user.press("Continue")
        user.says("Turn the screen's brightness up")
        user.press("Back")
        user.says("Me")
        self.done.append("Ride code")


def translator(language, catalogue):
    if language == "en":
        return lambda text: text
    with open(catalogue, "rb") as file:
        return gettext.GNUTranslations(file).gettext


def main():
    path, config, language, profile, phone, catalogue, state = sys.argv[1:]
    app = drive.App(
        [path, "--config", config, "--profile", profile],
        {"LANGUAGE": "zh_CN" if language == "zh" else "en"},
    )
    user = people.User(app, phone, "Li Ming", translator(language, catalogue))
    walk = Walk(user, state)
    if profile == "se":
        walk.begin_in_menu()
    else:
        walk.begin()
    if drive.LEAKS:
        walk.one_of_each()
    else:
        walk.all(profile)
    faults = app.end()
    print(f"{language}, {profile}: {len(walk.done)} functions", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
