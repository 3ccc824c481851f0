"""How often what is on the screen changes.

SPDX-License-Identifier: Apache-2.0
"""

import ctypes
import time
import zlib

ALL_PLANES, Z_PIXMAP = ctypes.c_ulong(~0 & 0xFFFFFFFFFFFFFFFF), 2
PAUSE_S = 0.02  # shorter than a frame of what moves smoothly


class Image(ctypes.Structure):
    """The beginning of an XImage."""

    _fields_ = [
        (name, ctypes.c_int) for name in ("width", "height", "offset", "format")
    ] + [("data", ctypes.c_void_p)] + [
        (name, ctypes.c_int) for name in ("byte_order", "unit", "bit_order", "pad", "depth", "line")
    ]


class Screen:
    """The whole screen, where there is nothing but the app."""

    def __init__(self, width, height):
        self.size = width, height
        self.x11 = ctypes.CDLL("libX11.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x11.XGetImage.restype = ctypes.POINTER(Image)
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(None))
        self.root = ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display))

    def sum(self):
        """A number for what is there now."""
        image = self.x11.XGetImage(self.display, self.root, 0, 0, *self.size, ALL_PLANES, Z_PIXMAP)
        assert image, "no picture of the screen"
        data = ctypes.string_at(image.contents.data, image.contents.line * image.contents.height)
        self.x11.XDestroyImage(image)
        return zlib.adler32(data)

    def close(self):
        self.x11.XCloseDisplay(self.display)


def changes(width, height, seconds):
    """How many times the picture became another one in so long a time."""
    screen = Screen(width, height)
    count, last = 0, screen.sum()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(PAUSE_S)
        now = screen.sum()
        count += now != last
        last = now
    screen.close()
    return count
