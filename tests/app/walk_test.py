"""One walk through the app, in one language and profile; what it sees is what audit.csv says.

usage: walk_test.py WALK APP CONFIG LANGUAGE PROFILE PHONE CATALOGUE.mo STATE

SPDX-License-Identifier: Apache-2.0
"""

import gettext
import sys

import audit
import drive
import people
import phone
from account import Account
from cards import Cards
from everyday import Everyday
from foreign import Foreign
from keyboard import Keyboard
from look import Look
from silence import Silence
from update import Update

WALKS = {"everyday": Everyday, "account": Account, "cards": Cards, "foreign": Foreign, "keyboard": Keyboard, "look": Look,
         "silence": Silence, "update": Update}


def translator(language, catalogue):
    if language == "en":
        return lambda text: text
    with open(catalogue, "rb") as file:
        return gettext.GNUTranslations(file).gettext


def settle(walk):
    """The desktop as the walk wants it, before the app starts."""
    if walk.PHONE:
        phone.settle(motion=walk.MOTION)
    elif not walk.MOTION:
        phone.still()
    if walk.TEXT != 1.0:
        phone.large_text(walk.TEXT)


def main():
    name, path, config, language, profile, phone, catalogue, state = sys.argv[1:]
    settle(WALKS[name])
    path = WALKS[name].before(state, path) or path
    app = drive.App(
        [path, "--config", config, "--profile", profile],
        {"LANGUAGE": "zh_CN" if language == "zh" else "en"},
    )
    user = people.User(app, phone, "Li Ming", translator(language, catalogue))
    walk = WALKS[name](user, state, profile)
    walk.go()
    faults = walk.faults + user.app.end()
    if name in audit.WALKS[profile] and not drive.LEAKS:
        faults += audit.compare(name, profile, walk.seen)
    print(f"{name}, {language}, {profile}: {len(walk.seen)} result screens", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
