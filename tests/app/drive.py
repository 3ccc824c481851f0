"""Drives a window through the accessibility bus, as assistive technology does.

SPDX-License-Identifier: Apache-2.0
"""

import contextlib
import ctypes
import glob
import os
import re
import subprocess
import tempfile
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)
LEAKS = int(os.environ.get("YKT_APP_LEAKS", "0"))
WAIT_S = float(os.environ.get("YKT_APP_WAIT", "20"))
# Nothing of a user's is in these, and nothing below those: each look costs a message.
SKIPPED = {Atspi.Role.SCROLL_BAR, Atspi.Role.IMAGE}
# On a phone the tabs stand at the bottom alone; these are the hidden ones of a wide window.
FOLDED = "AdwViewSwitcherTitle"
LEAVES = {Atspi.Role.LABEL, Atspi.Role.PUSH_BUTTON, Atspi.Role.PAGE_TAB}
TYPED = {Atspi.Role.TEXT, Atspi.Role.ENTRY, Atspi.Role.PASSWORD_TEXT}


class Missing(Exception):
    """What was waited for and did not come."""


class App:
    """A running program, and what stands in its window."""

    def __init__(self, command, environment=None):
        self.command, self.environment = command, environment
        self.roles_of = {}  # a node keeps its role as long as it lives
        self.room = tempfile.mkdtemp(dir=".")
        self.errors = open(f"{self.room}/errors", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            command,
            stderr=self.errors,
            env={
                **os.environ,
                # What the sanitizers find is read from files, so that nothing else may stand on
                # standard error. Slow unwinding, or a leak's stack ends in the first library.
                "ASAN_OPTIONS": f"detect_leaks={LEAKS}:fast_unwind_on_malloc={1 - LEAKS}"
                f":malloc_context_size=12:log_path={self.room}/asan",
                "LSAN_OPTIONS": "exitcode=0:print_suppressions=0",
                "UBSAN_OPTIONS": f"log_path={self.room}/ubsan",
                "LC_ALL": "C.UTF-8",
                **(environment or {}),
            },
        )
        self.root = self.until(self._find, "the program on the accessibility bus")

    def again(self):
        """The same program, started anew."""
        return App(self.command, self.environment)

    def _find(self):
        if self.process.poll() is not None:
            raise Missing(f"the program ended with {self.process.returncode}")
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid:
                return child
        return None

    @staticmethod
    def until(look, what, seconds=WAIT_S):
        """What look() gives, as soon as it gives something. what: a text, or what gives it."""
        end = time.monotonic() + seconds
        while True:
            try:
                found = look()
            except GLib.Error:  # it went away while it was looked at
                found = None
            if found:
                return found
            if time.monotonic() > end:
                raise Missing(what() if callable(what) else what)
            time.sleep(0.05)

    def walk(self, node=None):
        """Every node that is on the screen."""
        node = node or self.root
        for i in range(node.get_child_count()):
            child = node.get_child_at_index(i)
            if child is None:
                continue
            role = self.role(child)
            if role in SKIPPED:
                continue
            yield child
            if role not in LEAVES and not (role == Atspi.Role.FILLER and child.get_name() == FOLDED):
                yield from self.walk(child)

    def role(self, node):
        role = self.roles_of.get(node)
        if role is None:
            role = self.roles_of[node] = node.get_role()
        return role

    def nodes(self):
        try:
            return list(self.walk())
        except GLib.Error:
            return []

    @staticmethod
    def name(node):
        try:
            return node.get_name() or ""
        except GLib.Error:
            return ""

    def texts(self):
        """All that is read on the screen."""
        return [name for name in map(self.name, self.nodes()) if name]

    def says(self, text, seconds=WAIT_S):
        """Waits for a text on the screen, as a whole or as a part of one."""
        return self.until(
            lambda: next((t for t in map(self.name, self.walk()) if text in t), None),
            lambda: f"{text!r}; there is {self.texts()}",
            seconds,
        )

    def try_press(self, name):
        """Presses what has this name, a button, a row, a tab, if it is there."""
        for node in self.walk():
            # A label has actions of its own: copying, and the like.
            if self.role(node) == Atspi.Role.LABEL or self.name(node) != name:
                continue
            if node.get_n_actions() == 0:
                continue
            if not node.get_state_set().contains(Atspi.StateType.SENSITIVE):
                continue
            return self.act(node)
        return None

    @staticmethod
    def act(node):
        """Its first action. On a slow machine the answer may be late: it is not done twice."""
        try:
            return node.do_action(0)
        except GLib.Error as error:
            if "reply" not in error.message.lower() and "time" not in error.message.lower():
                raise
            return True

    def press(self, name):
        """The same, as soon as it is there."""
        self.until(
            lambda: self.try_press(name),
            lambda: f"something to press named {name!r}; there is {self.texts()}",
        )

    def type(self, label, text):
        """Types into the line of this label."""

        def do():
            for node in self.walk():
                if self.role(node) in TYPED and self.name(node) == label:
                    return node.set_text_contents(text)
            return None

        self.until(do, lambda: f"a line to type named {label!r}; there is {self.texts()}")

    # --- where things are -------------------------------------------------------------

    @staticmethod
    def place(node):
        """x, y, width and height in the window; without what the style puts around it."""
        at = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        return at.x, at.y, at.width, at.height

    def frame(self):
        return self.root.get_child_at_index(0)

    # --- the keyboard -------------------------------------------------------------------

    @staticmethod
    def key(keyval):
        """One key, pressed and let go."""
        Atspi.generate_keyboard_event(keyval, None, Atspi.KeySynthType.SYM)

    def focused(self):
        """What has the keyboard; None: nothing yet."""
        for node in self.nodes():
            if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                return node
        return None

    def roles(self):
        return [(node.get_role_name(), self.name(node)) for node in self.nodes()]

    def close(self):
        """Closes the window as a user does; the exit code."""

        def do():
            frame = self.frame()
            for i in range(frame.get_n_actions()):
                if frame.get_action_name(i) == "window.close":
                    with contextlib.suppress(GLib.Error):  # it may be gone before it answers
                        frame.do_action(i)
                    return True
            return None

        self.until(do, "the window's own action to close")
        return self.process.wait(WAIT_S)

    def end(self):
        """Closes it; what is wrong with how it lived and ended, a line each."""
        code = self.close()
        faults = [f"it ended with {code}"] if code != 0 else []
        self.errors.seek(0)
        faults += [f"standard error: {line}" for line in self.errors if line.strip()]
        for path in glob.glob(f"{self.room}/asan.*") + glob.glob(f"{self.room}/ubsan.*"):
            with open(path, encoding="utf-8") as file:
                faults += judge(file.read())
        return faults


@contextlib.contextmanager
def elsewhere():
    """The keyboard's focus is with nobody meanwhile, as when another window comes in front."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    window, revert = ctypes.c_ulong(), ctypes.c_int()
    x11.XGetInputFocus(display, ctypes.byref(window), ctypes.byref(revert))
    try:
        x11.XSetInputFocus(display, ctypes.c_ulong(0), 0, ctypes.c_ulong(0))
        x11.XSync(display, 0)
        yield
    finally:
        x11.XSetInputFocus(display, window, revert, ctypes.c_ulong(0))
        x11.XSync(display, 0)
        x11.XCloseDisplay(display)


def judge(report):
    """What of a sanitizer's report is the app's: every error, and the leaks with a frame of ours.

    The libraries keep caches for the life of a process, and GTK 4.8 loses a few lists that it
    makes for the accessibility bus: no call of ours could free these.
    """
    if "LeakSanitizer" not in report:
        return [report]
    blocks = re.findall(r"^(?:Direct|Indirect) leak.*?(?:\n\n|\Z)", report, re.S | re.M)
    ours = re.compile(r"\.\./(?:app|lib)/(?!main\.c)")
    return [block for block in blocks if ours.search(block)]
