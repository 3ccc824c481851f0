#!/usr/bin/env python3
"""Kills ykt-se at any moment, twenty times: what it answered is on the card afterwards.

INITIALIZE UPDATE counts in the card before it answers and says the count: a card that comes
back with a lower one than it had told has lost a command.

usage: se_kill.py YKT_SE

SPDX-License-Identifier: Apache-2.0
"""

import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading

ROUNDS = 20
AT_MOST = 11  # INITIALIZE UPDATEs a round: the card stops at 255 without success
SELECT = bytes.fromhex("00A4040008A00000015100000000")
INITIALIZE = bytes.fromhex("8050300008010203040506070800")


class Gone(Exception):
    """The process was killed."""


def exchange(peer, command):
    """The card's answer, without its status word 9000."""
    try:
        peer.sendall(len(command).to_bytes(2, "big") + command)
        head = peer.recv(2, socket.MSG_WAITALL)
        answer = peer.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
    except OSError as error:
        raise Gone from error
    if len(head) < 2 or len(answer) < int.from_bytes(head, "big"):
        raise Gone
    if answer[-2:] != b"\x90\x00":
        sys.exit(f"se_kill: the card answered {answer.hex()} to {command.hex()}")
    return answer[:-2]


def start(program):
    """The process, once it serves."""
    card = subprocess.Popen([program, "run", "card.img", "--socket", "wired"], stdout=subprocess.PIPE, text=True)
    if "ready" not in card.stdout.readline():
        sys.exit("se_kill: the card does not start")
    return card


def play(card, told):
    """Asks until the process is gone; the last count that it told."""
    timer = threading.Timer(random.uniform(0.0, 0.05), card.send_signal, [signal.SIGKILL])
    timer.start()
    try:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.connect("wired")
            exchange(peer, SELECT)
            for _ in range(AT_MOST):
                count = int.from_bytes(exchange(peer, INITIALIZE)[-3:], "big")
                if count <= told:
                    sys.exit(f"se_kill: {count} came after {told}: an answered command was lost")
                told = count
    except (Gone, OSError):
        pass
    timer.join()
    card.wait()
    card.stdout.close()
    return told


def main(arguments):
    """The test."""
    program = str(pathlib.Path(arguments[0]).resolve())
    random.seed(int(os.environ.get("YKT_SEED", "1")))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        subprocess.run([program, "format", "card.img"], check=True, stdout=subprocess.DEVNULL)
        told = 0
        for _ in range(ROUNDS):
            told = play(start(program), told)
        os.chdir("/")
    if told == 0:
        sys.exit("se_kill: no command was answered in time")
    print(f"se_kill: ok, {told} commands over {ROUNDS} kills")


if __name__ == "__main__":
    main(sys.argv[1:])
