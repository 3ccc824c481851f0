"""The account: bound accounts that pay, PIN and passwords, lost answers, closing it.

SPDX-License-Identifier: Apache-2.0
"""

import city
import people
from walk import GOOD, LOST, PIN, REFUSAL, Walk

BANK = "测试银行 Test Bank 1114"
OTHER_PIN = "739105"
OTHER_PASSWORD = "four birds on the wire"
CHANNEL = 12  # its port for users


class Account(Walk):
    """Two accounts: one is closed at once, the other one is used until it is forgotten."""

    def go(self):
        self.closed()
        self.begin()
        self.user.press("Me")
        self.pins()
        self.bound()
        self.paid_from()
        self.withdrawn()
        self.payments()
        self.lost()
        self.unbound()
        self.codes()
        self.passwords()
        self.logged_out()

    def closed(self):
        """An empty account is closed; then the device is as it was before."""
        user = self.user
        self.begin()
        self.reach("Me", "Deregistration")
        self.with_password("Close the account")
        self.result("deregister", GOOD, "The account is closed; this device is empty.", main="One card for every ride")
        user.phone = "13800000002"
        user.press("Register")
        user.fill_in(consent=False)
        self.result("register", REFUSAL, "You stopped it, or did not agree to the terms. You are not registered.", main="One card for every ride")

    def pins(self):
        user = self.user
        self.reach("Me", "Payment PIN")
        self.with_password(password="a wrong password")
        self.new_pin(PIN)
        self.result("pin", REFUSAL, "The password or the PIN is not right.")
        self.reach("Me", "Payment PIN")
        self.with_password()
        self.new_pin(PIN, last=lambda digit: self.city.lose_platform(lambda: user.app.press(digit)))
        self.result("pin", LOST, "The answer was lost. The PIN may be set.", "Set it again, with the same new PIN.")
        self.city.start("platformd-9901")
        self.reach("Me", "Payment PIN")
        self.with_password()
        self.new_pin(PIN)
        self.result("pin", GOOD, "The payment PIN is set.")
        self.reset_pin()
        user.press("Fill in")
        user.press("Continue")
        self.result("pin reset", GOOD, "The payment PIN is set.")
        self.reset_pin()
        user.type("One-time code", "000000")
        user.press("Continue")
        self.result("pin reset", REFUSAL, "The password or the code is not right.")

    def reset_pin(self):
        self.reach("Me", "Payment PIN reset")
        self.with_password()
        self.new_pin(PIN)

    # --- a bank's account ----------------------------------------------------------------

    def bind(self, number):
        user = self.user
        self.reach("Services", "Account binding")
        user.type("Number of the account", number)
        user.type("Its holder", city.HOLDER)
        user.type("Phone number that the bank knows", city.BANK_PHONE)
        user.press("Continue")

    def bound(self):
        user = self.user
        self.bind("6200000000000033332")
        self.result("bind", REFUSAL, "The bank knows no such account of this holder with this phone number.")
        known = len(self.city.codes("sms-bank.txt"))
        self.bind(city.NUMBER)
        user.says("One-time code")
        user.type("One-time code", self.message(known, "sms-bank.txt"))
        user.press("Continue")
        self.result("bind", GOOD, "The account is bound.")
        self.looks("Services", [("accounts", "Bound accounts", BANK)])

    def choose(self, payer, amount):
        """The question with who pays; what was chosen before is not kept."""
        user = self.user
        user.says("Who pays")
        user.says("The pay channel")
        if payer is not None:
            user.press(payer)
        if amount is None:
            user.type("Other amount", "700")
            user.press("Continue")
        else:
            user.amount(amount)

    def confirm(self, payer):
        """What stands on the confirmation is who was chosen."""
        user = self.user
        user.says("Is this right? Only then is it paid.")
        texts = user.app.texts()
        assert (BANK in texts) == (payer is not None), texts
        user.pay()
        if payer is not None:
            self.enter(PIN)

    def paid_from(self):
        """The chooser: an opening and both top-ups from the account; the next one as usual."""
        user = self.user
        if self.profile == "se":
            self.reach("Services", "Card opening")
            self.choose(BANK, "20")
            user.says("Which city's card?")
            user.press("Continue")
            self.confirm(BANK)
            self.result("open", GOOD, "Your card is ready.", "¥20.00")
            self.reach("Services", "Top-up")
            self.choose(BANK, "30")
            self.confirm(BANK)
            self.result("topup", GOOD, "The top-up is done.", "¥30.00")
        self.reach("Services", "Wallet top-up")
        self.choose(BANK, "100")
        self.confirm(BANK)
        self.result("wallet topup", GOOD, "The top-up is done.", "¥100.00")
        self.reach("Services", "Wallet top-up")
        self.choose(None, "10")
        self.confirm(None)
        self.result("wallet topup", GOOD, "The top-up is done.", "¥10.00")
        # More than the account holds: nothing moves.
        self.reach("Services", "Wallet top-up")
        self.choose(BANK, None)
        self.confirm(BANK)
        self.result("wallet topup", REFUSAL, "The account holds less than that.", "Nothing was charged.")

    def withdraw(self, pin):
        user = self.user
        self.reach("Services", "Withdrawal")
        user.amount("10")
        user.says("Exactly what stands here is signed and leaves your wallet, once, without a fee.")
        assert BANK in user.app.texts()
        user.press("Withdraw")
        self.enter(pin)

    def withdrawn(self):
        self.withdraw(OTHER_PIN)
        self.result("withdraw", REFUSAL, "The payment PIN is not right.", "Nothing was charged.")
        self.withdraw(PIN)
        self.result("withdraw", GOOD, "The money is in your account.", "It went out of your wallet once, into your account.")

    def unbound(self):
        user = self.user
        self.reach("Services", "Account unbinding")
        self.with_password("Unbind the account", "a wrong password")
        self.result("unbind", REFUSAL, "The password is not right.")
        self.reach("Services", "Account unbinding")
        self.with_password("Unbind the account")
        self.result("unbind", GOOD, "The account is unbound.")
        self.looks("Services", [("accounts", "Bound accounts", "No such account is bound.")])
        self.reach("Services", "Wallet top-up")
        user.press("¥10")
        assert user.t("Who pays") not in user.app.texts()
        user.press("Back")

    # --- money, with and without an answer -------------------------------------------------

    def payments(self):
        self.ask_bill(self.city.bill("one"))
        self.user.press("Pay")
        self.enter(OTHER_PIN)
        self.result("pay", REFUSAL, "The payment PIN is not right.")
        self.ask_bill(self.city.bill("two"))
        self.user.press("Pay")
        self.enter(PIN)
        self.result("pay", GOOD, "It is paid.", "It was paid once, out of your wallet.")

    def lost(self):
        """Money moved, or may have moved, and nobody said so: what is known, and what to do."""
        user = self.user
        if self.profile == "se":
            self.moved("topup", "Top-up", "The money is on the card.")
        self.moved("wallet topup", "Wallet top-up", "The money is in your wallet.")
        self.ask_bill(self.city.bill("three"))
        user.press("Pay")
        self.speak()
        self.digits(PIN, last=lambda digit: self.city.lose_platform(lambda: user.app.press(digit)))
        self.result("pay", LOST, "The payment is being processed: its end is not known yet.",
                    "Do not pay again. The platform is asked at the next start.")
        # What was sent may still arrive, until the platform would not take it any more.
        self.city.start("platformd-9901")
        self.reach("Services", "Unfinished orders")
        self.result("recover", REFUSAL, "Something could not be finished yet.",
                    "It is not known yet whether the payment went through. It is asked about, never paid twice.")

    def moved(self, function, title, money):
        """The platform dies after the channel has the confirmation and before it says that it is paid."""
        user = self.user
        self.reach("Services", title)
        user.amount("50")
        user.says("Is this right? Only then is it paid.")
        with self.city.stopped("payd"):
            user.pay()
            self.city.heard(CHANNEL)
            self.city.kill("platformd-9901")
        self.result(function, LOST, "An answer was lost, so the end is not known yet.",
                    "It is not known yet whether the payment went through. It is asked about, never paid twice.")
        self.reach("Card")
        user.says("Something is unfinished")
        self.city.start("platformd-9901")
        self.reach("Services", "Unfinished orders")
        self.result("recover", GOOD, "Nothing is left unfinished.", money)

    # --- ride codes, passwords ------------------------------------------------------------

    def codes(self):
        self.agree_to_codes("a wrong password")
        self.result("code open", REFUSAL, "The password is not right.")
        self.ride_code()
        self.reach("Services", "Ride code")
        self.with_password(password="a wrong password")
        self.result("code show", REFUSAL, "The password is not right.")

    def change(self, old):
        user = self.user
        self.reach("Me", "Login password")
        user.type("Password until now", old)
        user.type("New password", OTHER_PASSWORD)
        user.type("New password again", OTHER_PASSWORD)
        user.press("Continue")

    def log_in(self, password):
        user = self.user
        user.press("Login")
        user.type("Password", password)
        user.press("Continue")
        self.result("login", GOOD, "You are logged in.")

    def passwords(self):
        user = self.user
        self.reach("Me", "Deregistration")
        self.result("deregister", REFUSAL, "The account cannot be closed yet.", "An order or a payment is unfinished.")
        self.change("a wrong password")
        self.result("password", REFUSAL, "The password is not right.")
        self.change(people.PASSWORD)
        user.says("The login password is changed.")
        user.says("Log in with the new password.")
        self.saw("password", GOOD)
        self.log_in(OTHER_PASSWORD)
        self.reach("Me", "Logout")
        self.result("logout", GOOD, "You are logged out.")
        self.forgotten()
        user.press("Fill in")
        user.press("Continue")
        self.result("reset", GOOD, "The login password is set.")
        self.forgotten()
        user.type("One-time code", "000000")
        user.press("Continue")
        self.result("reset", REFUSAL, "Number, name or code is not right.")

    def forgotten(self):
        user = self.user
        self.reach("Me", "Login password reset")
        user.type("Phone number", user.phone)
        user.type("Name", user.name)
        user.type("New password", people.PASSWORD)
        user.type("New password again", people.PASSWORD)
        user.press("Continue")

    def logged_out(self):
        """What needs a session says so, and leads there."""
        user = self.user
        rows = [("wallet", "Wallet"), ("cards", "Cards"), ("orders", "Orders"), ("accounts", "Bound accounts"),
                ("recover", "Unfinished orders")]
        if self.profile != "se":
            rows += [("balance", "Balance"), ("records", "Records"), ("lock", "Card lock"), ("unlock", "Card unlock"),
                     ("unbind card", "Card unbinding")]
        for function, title in rows:
            self.reach("Services", title)
            user.says("You are not logged in, or the session has ended.")
            self.result(function, REFUSAL, "Log in, then try again.")
