"""The desktop's settings that make the screen a phone's.

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib

WIDTH, HEIGHT = 360, 720
# No buttons of a window manager.
SETTINGS = """[Settings]
gtk-font-name={font}
gtk-decoration-layout=:
gtk-enable-animations={motion}
gtk-application-prefer-dark-theme={dark}
"""
# Without a window manager a window draws a frame of its own, and its bars reach into that.
STYLE = """
window.solid-csd { padding: 0; margin: 0; border-radius: 0; box-shadow: none; }
window.solid-csd headerbar:dir(ltr), window.solid-csd headerbar:dir(ltr):backdrop { margin-top: 0; }
"""


def still():
    """A desktop that wants no animations, and is no phone."""
    room = pathlib.Path(os.environ["HOME"]) / ".config" / "gtk-4.0"
    room.mkdir(parents=True, exist_ok=True)
    (room / "settings.ini").write_text("[Settings]\ngtk-enable-animations=0\n", encoding="utf-8")


def settle(dark=False, font="Sans 11", motion=True):
    room = pathlib.Path(os.environ["HOME"]) / ".config" / "gtk-4.0"
    room.mkdir(parents=True, exist_ok=True)
    (room / "settings.ini").write_text(SETTINGS.format(dark=int(dark), font=font, motion=int(motion)), encoding="utf-8")
    (room / "gtk.css").write_text(STYLE, encoding="utf-8")


def large_text(factor):
    """What a desktop does at this text-scaling-factor: under X11 it is the dots of an inch."""
    path = pathlib.Path(os.environ["HOME"]) / ".Xdefaults"
    path.write_text(f"Xft.dpi: {round(96 * factor)}\n", encoding="utf-8")
