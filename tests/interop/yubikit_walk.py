# A walk of yubikit's security domain session over the card in a reader.
#
# usage: yubikit_walk.py READER KEY   (PYTHONPATH names the library's folder)
# SPDX-License-Identifier: Apache-2.0
import sys

from smartcard.System import readers
from yubikit.core import TRANSPORT
from yubikit.core.smartcard import ApduError, SmartCardConnection
from yubikit.core.smartcard.scp import KeyRef, Scp03KeyParams, StaticKeys
from yubikit.securitydomain import SecurityDomainSession

GET_STATUS = (0x80, 0xF2, 0x40, 0x02, bytes.fromhex("4F00"))
KEY_INFO = 0xE0
IDENT = bytes.fromhex("F0594B54494401")
SW_DATA_NOT_FOUND = 0x6A88
SW_CONDITIONS = 0x6985


class Reader(SmartCardConnection):
    """The library's transport over pyscard; it keeps the last command and status word."""

    def __init__(self, name):
        self.connection = next(r for r in readers() if str(r) == name).createConnection()
        self.connection.connect()
        self.sent = b""

    @property
    def transport(self):
        return TRANSPORT.USB

    def send_and_receive(self, apdu):
        data, sw1, sw2 = self.connection.transmit(list(apdu))
        self.sent = apdu
        return bytes(data), sw1 << 8 | sw2

    def close(self):
        self.connection.disconnect()


def refused(call, sw):
    try:
        call()
    except ApduError as error:
        assert error.sw == sw, hex(error.sw)
        return
    raise AssertionError("not refused")


def open_with(reader, version, key):
    domain = SecurityDomainSession(reader)
    domain.authenticate(Scp03KeyParams(KeyRef(1, version), StaticKeys(key, key, key)))
    return domain


def versions(domain):
    """Key versions in the template E0, which holds entries C0: id, version, type, length."""
    data = domain.get_data(KEY_INFO)
    assert data[0] == KEY_INFO and data[1] == len(data) - 2, data.hex()
    entries = [data[at + 2:at + 6] for at in range(2, len(data), 6)]
    assert all(data[at:at + 2] == b"\xC0\x04" for at in range(2, len(data), 6)), data.hex()
    return [entry[1] for entry in entries if entry[0] == 1]


def main():
    reader = Reader(sys.argv[1])
    factory = bytes.fromhex(sys.argv[2])
    own, later = bytes(range(16)), bytes(range(16, 32))

    domain = open_with(reader, 0, factory)
    listed = domain.protocol.send_apdu(*GET_STATUS)
    assert reader.sent[0] == 0x84 and reader.sent[4] == 0, "not in extended form"
    assert IDENT in listed, listed.hex()
    before = versions(domain)

    domain.put_key(KeyRef(1, 4), StaticKeys(own, own, own))
    assert versions(domain) == before + [4], versions(domain)
    domain = open_with(reader, 4, own)
    domain.put_key(KeyRef(1, 4), StaticKeys(later, later, later), 4)
    try:
        open_with(reader, 4, own)
        raise AssertionError("replaced keys still open a channel")
    except ValueError:
        pass

    domain = open_with(reader, 4, later)
    refused(lambda: domain.delete_key(kvn=4), SW_CONDITIONS)
    domain = open_with(reader, 0, factory)
    domain.delete_key(kvn=4)
    assert versions(domain) == before, versions(domain)
    refused(lambda: domain.delete_key(kvn=4), SW_DATA_NOT_FOUND)
    print("yubikit: ok")


main()
