"""Register, log in, open a card or find one, see its balance: in one language, as a user does.

usage: flow_test.py APP CONFIG LANGUAGE PHONE CATALOGUE.mo

SPDX-License-Identifier: Apache-2.0
"""

import gettext
import sys

import drive
import people


def translator(language, catalogue):
    if language == "en":
        return lambda text: text
    with open(catalogue, "rb") as file:
        return gettext.GNUTranslations(file).gettext


def first_steps(user):
    user.register()
    user.press("Login")
    user.login()
    if user.t("Card") == "Card":
        user.open_card()
    user.app.says("¥20.00")


def main():
    path, config, language, phone, catalogue = sys.argv[1:]
    app = drive.App([path, "--config", config], {"LANGUAGE": "zh_CN" if language == "zh" else "en"})
    user = people.User(app, phone, "Li Ming", translator(language, catalogue))
    first_steps(user)
    faults = app.end()
    print(f"{language}:", *(faults or ["ok"]), sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
