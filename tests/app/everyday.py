"""What one does with an account and a card: the life of both, once.

SPDX-License-Identifier: Apache-2.0
"""

import drive
import people
from walk import GOOD, PIN, REFUSAL, Walk


class Everyday(Walk):
    """From the first start to the logout; leaks: one page of each kind alone."""

    MOTION = True

    def go(self):
        if self.profile == "se":
            self.begin_in_menu()
        else:
            self.begin()
        if drive.LEAKS:
            self.one_of_each()
        elif self.profile == "se":
            self.element()
            self.money(True)
            self.menu()
            self.cards()
            self.end()
        else:
            self.no_element()
            self.money(False)
            self.pin()
            self.ride_code()
            self.unreachable()
            self.end()

    # --- what both profiles have --------------------------------------------------

    def money(self, has_pin):
        """Top up the wallet; pay with a PIN, and nothing without one; what is asked is given up."""
        user = self.user
        self.reach("Services", "Wallet top-up")
        user.amount("50")
        user.says("Is this right? Only then is it paid.")
        user.pay()
        self.result("wallet topup", GOOD, "The top-up is done.", "¥50.00")
        self.ask_bill(self.city.bill("one"))
        if has_pin:
            user.says("Exactly what stands here is signed and paid, once.")
            user.press("Pay")
            self.enter(PIN)
            self.result("pay", GOOD, "It is paid.", "It was paid once, out of your wallet.")
        else:
            self.result("pay", REFUSAL, "No payment PIN is set yet.")
        self.reach("Services", "Refund")
        user.app.type(user.t("Number of the order") + " · " + user.t("It stands in your orders"), "0" * 32)
        user.press("Continue")
        self.result("refund", REFUSAL, "There is no such order.")
        self.cancel("Me", "Payment PIN reset")
        self.cancel("Me", "Login password")
        self.cancel("Me", "Deregistration")

    def pin(self):
        """The keypad: a weak PIN is refused, whichever digits stand on the keys pressed."""
        user = self.user
        self.reach("Me", "Payment PIN")
        self.with_password()
        user.says("New payment PIN")
        for count in range(1, 7):
            user.press(user.key(5))
            if count < 6:
                user.says(self.typed(count))
        user.says("The PIN must be six digits that are not easy to guess.")
        user.press("Take the last digit back")
        self.cover()
        # By position alone, until the user asks for the digits.
        assert not any(text in "0123456789" for text in user.app.texts())
        self.new_pin(PIN)
        self.result("pin", GOOD, "The payment PIN is set.")

    def cover(self):
        """Another window in front: the pad is covered, what was typed is forgotten, keys move."""
        user = self.user
        user.press(user.key(3))
        user.says(self.typed(1))
        with drive.elsewhere():
            user.says("Hidden")
            assert user.key(1) not in user.app.texts(), user.app.texts()
        user.says(self.typed(0))
        user.says(user.key(1))

    def end(self):
        user = self.user
        self.reach("Me", "Logout")
        self.result("logout", GOOD, "You are logged out.")
        self.reach("Card")
        user.says("You are not logged in")
        self.reach("Services", "Orders")
        user.says("You are not logged in, or the session has ended.")
        self.saw("orders", REFUSAL)
        user.press("Login")
        user.type("Password", "a wrong password")
        user.press("Continue")
        self.result("login", REFUSAL, "Login was refused.")
        # Last: a window of its own in front covers pages with secrets.
        self.reach("Me", "About")
        user.says("The yikatong authors")

    # --- with an element --------------------------------------------------------------

    def element(self):
        user = self.user
        self.reach("Services", "Card opening")
        user.amount("20")
        user.says("Which city's card?")
        user.press("Continue")
        user.pay()
        self.result("open", GOOD, "Your card is ready.", "¥20.00")
        self.reach("Card", "Top up")
        user.amount("30")
        user.pay()
        self.result("topup", GOOD, "The top-up is done.", "¥30.00")
        user.says("¥50.00")
        self.looks("Services", [
            ("balance", "Balance", "Balance on the card"),
            ("wallet", "Wallet", "¥0.00"),
            ("records", "Records", "Newest first."),
            ("orders", "Orders", "Newest first."),
            ("orders", "Abnormal orders", "Newest first."),
            ("recover", "Unfinished orders", "Nothing is left unfinished."),
            ("cards", "Cards", "The cards of your account."),
            ("apps", "Cards in this device", "What the secure element holds."),
            ("default", "Default card", "Gates see this card first."),
        ])
        self.reach("Services", "Card at gates")
        user.press("Continue")
        self.result("contactless", GOOD, "It is as you wish.")

    def cards(self):
        """What is done to a card, and what is refused: each says what the card is now."""
        user = self.user
        self.reach("Services", "Card lock")
        user.press("Lock the card")
        self.result("lock", GOOD, "The card is locked.")
        self.reach("Services", "Top-up")
        user.amount("10")
        self.result("topup", REFUSAL, "The card is locked. Unlock it first.", "Nothing was charged.")
        self.reach("Services", "Card unlock")
        self.with_password()
        self.result("unlock", GOOD, "The card is in use again.")
        self.reach("Services", "Card deletion")
        self.result("delete", REFUSAL, "The card stays.")
        self.reach("Services", "Card moved out")
        self.with_password("Move the card out")
        self.result("move out", GOOD, "The card is out of this device.")
        self.reach("Services", "Card moved in")
        user.press("Continue")
        self.result("move in", GOOD, "Your card is ready.")
        self.reach("Services", "Records of some days")
        user.press("Continue")
        self.result("records", GOOD, "Newest first.")
        self.reach("Me", "Update")
        self.result("update", REFUSAL, "There was no update. The old version stays.")
        self.reach("Services", "Card return")
        self.with_password("Give the card back")
        self.result("return", GOOD, "The card is given back.")

    # --- the element's own menu, which calls the platform through the gateway ----------

    def in_menu(self, *answers):
        """Questions of the menu and what is typed; the last answer leads to a text."""
        for question, text in answers:
            self.user.says(question)
            self.user.type("Answer", text)
            self.user.press("Continue")

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
        self.saw("reset", GOOD)
        user.press("Login")
        user.type("Phone number", user.phone)
        user.type("Password", people.PASSWORD)
        user.press("Continue")
        self.message(2)
        user.press("Fill in")
        user.press("Continue")
        user.says("You are logged in.")
        user.press("Done")
        self.saw("login", GOOD)

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
        user.says("Settings")
        user.press("Top up")
        user.press("20 yuan")
        user.press("Yes")
        self.in_menu(("Payment PIN, 6 digits", PIN))
        user.app.says("70.00")
        user.press("OK")
        user.press("Close the menu")
        user.says("Me")
        self.reach("Card")
        user.app.says("¥70.00")

    # --- without one ------------------------------------------------------------------

    def no_element(self):
        self.looks("Services", [
            ("balance", "Balance", "¥0.00"),
            ("wallet", "Wallet", "¥0.00"),
            ("records", "Records", "Newest first."),
            ("orders", "Orders", "Newest first."),
            ("orders", "Abnormal orders", "Newest first."),
            ("recover", "Unfinished orders", "Nothing is left unfinished."),
            ("cards", "Cards", "The cards of your account."),
        ])
        self.reach("Me", "Update")
        self.result("update", REFUSAL, "There was no update. The old version stays.")

    def unreachable(self):
        """The platform dies between the question and the payment: nothing is lost, and it is said."""
        user = self.user
        self.reach("Services", "Wallet top-up")
        user.amount("30")
        user.says("Is this right? Only then is it paid.")
        self.city.kill("platformd-9901")
        user.pay()
        self.result("wallet topup", REFUSAL, "The platform cannot be reached.", "Try again later.")
        self.reach("Card")
        user.says("Something is unfinished")
        self.city.start("platformd-9901")
        self.reach("Services", "Unfinished orders")
        self.result("recover", GOOD, "Nothing is left unfinished.", "Nothing was charged.")

    def one_of_each(self):
        """Every kind of page once: a list, tiles and a payment, the keypad, a ride code."""
        self.looks("Services", [("orders", "Orders", "Newest first.")])
        self.reach("Services", "Wallet top-up")
        self.user.amount("50")
        self.user.pay()
        self.result("wallet topup", GOOD, "The top-up is done.")
        self.reach("Trips")
        self.user.says("¥50.00")
        self.cancel("Me", "Login password")
        self.pin()
        self.ride_code()
