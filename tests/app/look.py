"""Every page at large text on a phone's screen, with little motion: nothing is cut off, small or nameless.

SPDX-License-Identifier: Apache-2.0
"""

import re

import drive
import phone
from gi.repository import Atspi
from walk import Walk

ROLE = Atspi.Role
PRESSED = {ROLE.PUSH_BUTTON, ROLE.TOGGLE_BUTTON, ROLE.LIST_ITEM, ROLE.PAGE_TAB, ROLE.RADIO_BUTTON, ROLE.CHECK_BOX}
TARGET = 44  # pixels, each way
NAMELESS = re.compile(r"(Gtk|Adw|App)[A-Z]\w+")
TABS = {"Card": "Refresh", "Trips": "Refresh", "Services": "Rides by code", "Me": "Logout"}  # and what stands there alone
MONEY = re.compile(r"[-+]?¥[0-9.,]+")
ROWS = {"Services": 12, "Me": 6}  # at least so many functions


class Look(Walk):
    """Goes to every function's first page, and to the pages behind a few."""

    TEXT = 2.0
    PHONE = True

    def go(self):
        self.width = 0
        self.user.says("One card for every ride")
        self.look("welcome")
        self.begin()
        if self.profile == "se":
            self.user.open_card()
        for tab in TABS:
            self.tab(tab)
            self.look(tab)
        for tab, least in ROWS.items():
            self.rows(tab, least)
        self.money()

    def tab(self, name):
        self.user.press(name)
        self.user.says(TABS[name])

    def rows(self, tab, least):
        """The first page of every row of a tab."""
        self.tab(tab)
        titles = self.titles()
        assert len(titles) >= least, titles
        for title in titles:
            if title in (self.user.t("Logout"), self.user.t("About"), self.user.t("Menu of the card")):
                continue
            self.tab(tab)
            self.user.app.press(title)
            self.settled()
            self.look(title)
            self.leave()

    def titles(self):
        nodes = self.user.app.nodes()
        return [node.get_name() for node in nodes if node.get_role() == ROLE.LIST_ITEM and node.get_n_actions() > 0]

    def settled(self):
        """A page that waits for the user."""
        ends = [self.user.t(text) for text in ("Continue", "Done")]
        stop = self.user.t("Stop")

        def look():
            texts = self.user.app.texts()
            return stop not in texts and self.user.t("Back") in texts

        self.user.app.until(look, lambda: f"{ends}; there is {self.user.app.texts()}")

    def leave(self):
        app = self.user.app
        back, main = self.user.t("Back"), self.user.t("Me")

        def look():
            texts = app.texts()
            if main in texts and back not in texts:
                return True
            app.try_press(back)
            return None

        app.until(look, lambda: f"the main screen; there is {app.texts()}")

    def money(self):
        """An amount, a confirmation, a result; the keypad; a ride code."""
        user = self.user
        self.reach("Services", "Wallet top-up")
        user.amount("50")
        user.says("Is this right? Only then is it paid.")
        self.look("confirmation")
        user.pay()
        user.says("The top-up is done.")
        self.look("result")
        user.press("Done")
        self.reach("Me", "Payment PIN")
        self.with_password()
        user.says("New payment PIN")
        self.look("keypad")
        self.leave()
        self.agree_to_codes()
        user.says("Ride codes are ready.")
        user.press("Done")
        self.reach("Services", "Ride code")
        self.with_password()
        user.says("Turn the screen's brightness up")
        self.look("ride code")
        self.ring()
        self.leave()
        self.reach("Services", "Orders")
        user.says("Newest first.")
        self.look("orders")
        self.unfold()
        self.leave()

    def unfold(self):
        """An order is opened and closed as its row says; what stands in it is in reach too."""
        app, state = self.user.app, Atspi.StateType
        row = next(node for node in app.nodes() if node.get_state_set().contains(state.EXPANDABLE))
        assert row.get_role() == ROLE.LIST_ITEM and row.get_n_actions() > 0, row.get_role_name()
        for is_open in (True, False):
            app.act(row)
            app.until(lambda: row.get_state_set().contains(state.EXPANDED) == is_open, f"an order that is open: {is_open}")
            if is_open:
                self.look("an order")

    # --- what is looked at ----------------------------------------------------------------

    def look(self, page):
        """Notes what is wrong with the page that is shown."""
        app = self.user.app
        width = app.place(app.frame())[2]
        if width > phone.WIDTH and width != self.width:
            self.width = width
            self.faults.append(f"{page}: it is {width} wide")
        for node, pane in self.nodes(app.root, None):
            fault = self.judge(node, pane)
            if fault:
                self.faults.append(f"{page}: {node.get_role_name()} {node.get_name()!r}: {fault}")

    def nodes(self, node, pane):
        """Every node with the scrolled part that it is in; a row stands for what is in it."""
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is None or child.get_role() in drive.SKIPPED or child.get_name() == drive.FOLDED:
                continue
            yield child, pane
            if child.get_role() in PRESSED and child.get_n_actions() > 0:
                continue
            yield from self.nodes(child, child if child.get_role() == ROLE.SCROLL_PANE else pane)

    def judge(self, node, pane):
        role = node.get_role()
        if role == ROLE.LABEL:
            return self.judge_label(node)
        if role in drive.TYPED:
            return self.judge_place(node, pane)
        if role not in PRESSED or node.get_n_actions() == 0:
            return None
        if NAMELESS.fullmatch(node.get_name() or "GtkNothing"):
            return "it has no name"
        _x, _y, width, height = self.user.app.place(node)
        if min(width, height) < TARGET:
            return f"it is {width} by {height}"
        return self.judge_place(node, pane)

    def judge_place(self, node, pane):
        """On the screen, or where one can scroll to."""
        x, y, width, height = self.user.app.place(node)
        if x < 0 or x + width > phone.WIDTH:
            return f"it stands at {x} to {x + width}"
        if pane is None and (y < 0 or y + height > phone.HEIGHT):
            return f"it stands at {y} to {y + height} and does not scroll"
        if pane is not None and self.user.app.place(pane)[3] < 2 * TARGET:
            return "there is no room to scroll in"
        return None

    def judge_label(self, node):
        """A text keeps room for two signs of this size, money for all of its own."""
        text = node.get_name()
        width = self.user.app.place(node)[2]
        if MONEY.fullmatch(text) and 0 < width < 6 * len(text) * self.TEXT:
            return f"it is broken into lines, {width} pixels wide"
        if len(text) > 4 and not NAMELESS.fullmatch(text) and 0 < width < 2 * 14 * self.TEXT:
            return f"it has {width} pixels left"
        return None
