"""Pictures of the main screens; tools/screenshots says where from and where to.

usage: pictures.py APP STATE FOLDER CATALOGUE.mo

SPDX-License-Identifier: Apache-2.0
"""

import gettext
import json
import os
import pathlib
import subprocess
import sys
import time

import drive
import people
import phone


class Camera:
    """Takes what is in the window, cut to a phone's screen."""

    def __init__(self, app, folder, prefix, wanted=None):
        self.wanted = wanted
        self.app = app
        self.folder = pathlib.Path(folder)
        self.prefix = prefix

    def take(self, name, pause=0.7):
        if self.wanted is not None and name not in self.wanted:
            return
        time.sleep(pause)
        path = self.folder / f"{self.prefix}-{name}.png"
        raw = path.with_suffix(".raw.png")
        subprocess.run(["import", "-window", "root", raw], check=True)
        subprocess.run(
            ["convert", raw, "-crop", f"{phone.WIDTH}x{phone.HEIGHT}+0+0", "+repage", "-strip",
             "+dither", "-colors", "255", "-define", "png:compression-level=9", path],
            check=True,
        )
        raw.unlink()
        print(path.name, path.stat().st_size)


def begin(path, config, folder, catalogue, language, dark, text=1.0):
    """A running app in one language and style, its user and its camera."""
    phone.settle(dark, "Noto Sans CJK SC 11", motion=False)  # the first picture is the last one
    phone.large_text(text)
    app = drive.App([path, "--config", config], {
        "LANGUAGE": "zh_CN" if language == "zh" else "en",
        "ADW_DEBUG_COLOR_SCHEME": "prefer-dark" if dark else "prefer-light",
    })
    t = lambda text: text
    if language == "zh":
        with open(catalogue, "rb") as file:
            t = gettext.GNUTranslations(file).gettext
    user = people.User(app, "13800000001", "李明" if language == "zh" else "Li Ming", t)
    style = "large" if text > 1 else "dark" if dark else "light"
    return app, user, Camera(app, folder, f"{language}-{style}")


def tap(state, gate):
    subprocess.run(
        [f"{os.environ['YKT_APP_BIN']}/ykt-validator", "tap", f"gate-{gate}.json"],
        cwd=state, check=True, stdout=subprocess.DEVNULL,
    )


def newcomer(path, state, folder, catalogue):
    """Registration to the first trips, in Chinese."""
    app, user, camera = begin(path, f"{state}/client.json", folder, catalogue, "zh", False)
    user.says("Register")
    camera.take("welcome")
    user.press("Register")
    user.says("Password again")
    camera.take("register")
    user.press("Back")
    user.register()
    user.press("Login")
    user.login()
    user.open_card()
    user.says("¥20.00")
    user.press("Top up")
    user.press("¥50")
    camera.take("topup")
    user.press("Continue")
    user.says("Is this right? Only then is it paid.")
    camera.take("confirm")
    user.pay()
    user.says("The top-up is done.")
    camera.take("done")
    user.press("Done")
    app.close()
    for gate in (1, 2, 101):
        tap(state, gate)


def everyday(path, state, folder, catalogue, language, dark, wanted, text=1.0):
    """What one looks at every day."""
    app, user, camera = begin(path, f"{state}/client.json", folder, catalogue, language, dark, text)
    camera.wanted = wanted
    user.says("¥64.00")
    camera.take("home", 2.5)
    user.press("Trips")
    camera.take("trips", 2)
    user.press("Services")
    user.says("Rides by code")
    camera.take("services")
    user.press("Me")
    user.says("Logout")
    camera.take("me")
    user.press("Card")
    user.press("Orders")
    user.says("Newest first.")
    camera.take("orders")
    user.press("Done")
    user.press("Cards")
    user.says("The cards of your account.")
    camera.take("cards")
    user.press("Done")
    if wanted is None:
        user.press("Services")
        user.press("Records of some days")
        user.press("First day")
        camera.take("days")
        user.press("Back")
        user.press("Menu of the card")
        user.says("Settings")
        camera.take("menu")
        user.press("Close the menu")
    app.close()


def bill(state):
    """A merchant's bill for noodles; its number."""
    client = json.loads(pathlib.Path(f"{state}/client.json").read_text(encoding="utf-8"))
    port = int(client["platform"].rsplit(":", 1)[1]) + 1
    keys = f"{state}/keys"
    done = subprocess.run(
        ["curl", "-sS", "--fail-with-body", "--cacert", f"{keys}/ca.pem",
         "--cert", f"{keys}/merchant-0001.pem", "--key", f"{keys}/merchant-0001.key",
         "-H", "Content-Type: application/json",
         "-d", '{"ref":"1","payee":"张家面馆","goods":"牛肉面","amount_fen":1250,"life_ms":600000}',
         f"https://127.0.0.1:{port}/merchant/bill"],
        check=True, capture_output=True, text=True,
    )
    return json.loads(done.stdout)["bill_id"]


def rider(path, state, folder, catalogue, language, dark):
    """A phone without an element: wallet, PIN, bill, ride code."""
    app, user, camera = begin(path, f"{state}/seless.json", folder, catalogue, language, dark)
    user.phone = "13800000002"
    user.register()
    user.press("Login")
    user.login()
    user.press("Top up")
    user.amount("100")
    user.pay()
    user.says("The top-up is done.")
    user.press("Done")
    user.press("Me")
    user.press("Payment PIN")
    user.type("Login password", people.PASSWORD)
    user.press("Continue")
    user.press(user.key(1))
    user.press(user.key(2))
    camera.take("keypad")
    user.press("Back")
    user.press("Card")
    camera.take("wallet")
    user.press("Services")
    user.press("Ride code opening")
    user.press("I agree that rides by code are paid out of my wallet")
    user.type("Login password", people.PASSWORD)
    user.press("Continue")
    user.says("Ride codes are ready.")
    user.press("Done")
    user.press("Card")
    user.press("Ride code")
    user.type("Login password", people.PASSWORD)
    user.press("Continue")
    user.says("Turn the screen's brightness up")
    camera.take("code")
    user.press("Back")
    app.close()


def main():
    path, state, folder, catalogue = sys.argv[1:]
    newcomer(path, state, folder, catalogue)
    for language, dark, wanted in (
        ("zh", False, None),
        ("zh", True, ("home", "trips", "services")),
        ("en", False, ("home", "services", "me")),
        ("en", True, ("home", "cards")),
    ):
        everyday(path, state, folder, catalogue, language, dark, wanted)
    for language in ("zh", "en"):
        everyday(path, state, folder, catalogue, language, False, ("home", "services", "cards"), 1.75)
    rider(path, state, folder, catalogue, "zh", False)


if __name__ == "__main__":
    sys.exit(main())
