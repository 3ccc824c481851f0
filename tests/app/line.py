"""A line to a service on which answers get lost.

SPDX-License-Identifier: Apache-2.0
"""

import contextlib
import select
import socket
import threading

HEAD, DATA = 5, 0x17  # of a record of TLS: its head, and the type of what is hidden
HANDSHAKE = 1  # hidden records of a client's in TLS 1.3 before the first request
PATIENCE_S = 0.5  # an answer that has begun is whole when no more comes for so long


class Line:
    """Listens at a port of its own, and passes on what it hears; it can read none of it."""

    def __init__(self, port):
        self.there = ("127.0.0.1", port)
        self.silent = threading.Event()
        self.swallowed = 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @contextlib.contextmanager
    def lost(self):
        """Meanwhile requests arrive and are done, and no answer comes back; at least one was asked for."""
        before = self.swallowed
        self.silent.set()
        try:
            yield
        finally:
            self.silent.clear()
        assert self.swallowed > before, "no answer was lost"

    def _serve(self):
        while True:
            near, _ = self.door.accept()
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near):
        with near, contextlib.suppress(OSError), socket.create_connection(self.there) as far:
            self._carry(near, far)

    def _carry(self, near, far):
        records, asked, answered = Records(), False, False
        while True:
            ready, _, _ = select.select([near, far], [], [], PATIENCE_S if answered else None)
            if not ready:
                return
            for end in ready:
                part = end.recv(65536)
                if not part:
                    return
                if end is near:
                    far.sendall(part)
                    records.take(part)
                    asked = asked or (self.silent.is_set() and records.hidden > HANDSHAKE)
                elif asked:
                    self.swallowed += 1
                    answered = True
                else:
                    near.sendall(part)


class Records:
    """Counts the hidden records of one side."""

    def __init__(self):
        self.hidden, self.left, self.head = 0, 0, b""

    def take(self, part):
        while part:
            skipped = min(self.left, len(part))
            self.left, part = self.left - skipped, part[skipped:]
            if self.left or not part:
                continue
            wanted = HEAD - len(self.head)
            self.head, part = self.head + part[:wanted], part[wanted:]
            if len(self.head) == HEAD:
                self.hidden += self.head[0] == DATA
                self.left, self.head = int.from_bytes(self.head[3:], "big"), b""
