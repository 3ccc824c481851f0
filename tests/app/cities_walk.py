"""One user with the platforms of two cities: what each list shows, and where things are done.

usage: cities_walk.py APP CONFIG LANGUAGE PHONE CATALOGUE.mo STATE

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import signal
import sys

import city
import drive
import people
import phone
from walk_test import translator

BANK = "测试银行 Test Bank 1114"
CITY_A, CITY_B = "甲市 City A", "乙市 City B"
# The last digits of the numbers that the two platforms give out first.
CARD_A, CARD_B = "0012", "0010"


class Cities:
    def __init__(self, user, state):
        self.user = user
        self.state = state

    def reach(self, *names):
        for name in names:
            self.user.press(name)

    def done(self, *texts):
        for text in texts:
            self.user.says(text)
        self.user.press("Done")
        self.user.says("Me")

    def choose(self, city):
        self.reach("Me")
        self.user.says("Payment platforms")
        self.user.app.press(city)

    def account(self):
        """A registration and a session at the platform that is chosen."""
        self.user.register()
        self.user.press("Login")
        self.user.login()

    def card(self, amount):
        self.reach("Services", "Card opening")
        self.user.amount(amount)
        self.user.says("Which city's card?")
        self.user.press("Continue")
        self.user.pay()
        self.done("Your card is ready.")

    def second(self):
        """The other city: nobody is known there, whatever the first one knows."""
        user = self.user
        self.choose(CITY_B)
        user.app.until(lambda: user.t("Registration") in user.app.texts(), "the registration")
        user.press("Registration")
        user.press("I agree that the card company keeps my number, name and device for this service")
        user.type("Phone number", user.phone)
        user.type("Name", user.name)
        user.type("Password", people.PASSWORD)
        user.type("Password again", people.PASSWORD)
        user.press("Continue")
        user.press("Fill in")
        user.press("Continue")
        user.says("You are registered.")
        user.press("Login")
        user.login()
        self.card("30")

    def lists(self):
        """Each list is of both, and says which row is whose."""
        user = self.user
        for row in ("Cards", "Cards in this device", "Orders", "Records", "Balance"):
            self.reach("Services", row)
            user.app.says(CITY_A)
            user.app.says(CITY_B)
            user.press("Done")
            user.says("Me")
        self.reach("Card")
        user.app.says(f"· {CITY_A}")
        user.app.says(f"· {CITY_B}")
        user.app.says("¥20.00")
        user.app.says("¥30.00")
        self.reach("Trips")
        user.app.says(f"· {CITY_A}")
        user.app.says(f"· {CITY_B}")

    def topup(self, card, *texts):
        """By its digits, which say whose it is."""
        user = self.user
        self.reach("Services", "Top-up")
        user.app.type(user.t("Card number") + " · " + user.t("Only needed with several cards"), card)
        user.amount("10")
        user.pay()
        self.done("The top-up is done.", *texts)

    def bind(self):
        """An account at a bank, for the platform that is chosen."""
        user = self.user
        self.reach("Services", "Account binding")
        user.type("Number of the account", city.NUMBER)
        user.type("Its holder", city.HOLDER)
        user.type("Phone number that the bank knows", city.BANK_PHONE)
        user.press("Continue")
        user.says("One-time code")
        user.type("One-time code", user.app.until(lambda: city.City(self.state).codes("sms-bank.txt"), "a code")[-1])
        user.press("Continue")
        self.done("The account is bound.")

    def of_another(self):
        """An account of one platform is chosen, then a card of the other is typed: nothing is paid."""
        user = self.user
        self.bind()
        self.reach("Services", "Top-up")
        user.press(BANK)
        user.app.type(user.t("Card number") + " · " + user.t("Only needed with several cards"), CARD_B)
        user.amount("10")
        self.done("No such account is bound.", "Nothing was charged.")

    def away(self):
        """One platform is down: its name and why, and the other's rows as ever."""
        user = self.user
        pid = int(pathlib.Path(f"{self.state}/run/platformd-9902.pid").read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGKILL)
        self.reach("Services", "Orders")
        user.says("The platform cannot be reached.")
        user.app.says(CITY_B)
        user.app.says(f"· {CITY_A}")
        user.press("Done")
        self.reach("Trips")
        user.app.says(CITY_B)
        user.says("The platform cannot be reached.")
        user.app.says(f"· {CITY_A}")


def main():
    path, config, language, number, catalogue, state = sys.argv[1:]
    phone.still()
    app = drive.App([path, "--config", config], {"LANGUAGE": "zh_CN" if language == "zh" else "en"})
    user = people.User(app, number, "Li Ming", translator(language, catalogue))
    walk = Cities(user, state)
    user.says("One card for every ride")
    walk.account()
    walk.card("20")
    walk.second()
    walk.lists()
    walk.choose(CITY_A)
    walk.topup(CARD_B, "¥10.00")
    walk.of_another()
    walk.away()
    faults = app.end()
    print(f"{language}: two cities", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
