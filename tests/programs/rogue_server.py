#!/usr/bin/env python3
"""A server that must not be believed: writes to a file what it is sent.

usage: rogue_server.py PORT FILE [--plain | --old CERT | CERT]

CERT.pem and CERT.key are shown; --old speaks TLS 1.1 at most; --plain no TLS.
Every byte that arrives as data of the application is appended to FILE.

SPDX-License-Identifier: Apache-2.0
"""
import socket
import ssl
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is its purpose


def tls_context(options):
    if options[0] == "--plain":
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if options[0] == "--old":
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version, made.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    made.load_cert_chain(options[-1] + ".pem", options[-1] + ".key")
    return made


def serve(connection, made, path):
    connection.settimeout(5)
    if made is None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.recv(1)  # a client hello is no data of the application
        return
    with made.wrap_socket(connection, server_side=True) as tls:
        data = tls.recv(4096)
        with open(path, "ab") as out:
            out.write(data)


def main():
    made = tls_context(sys.argv[3:])
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
        print("ready", flush=True)
        while True:
            connection, _ = listener.accept()
            with connection:
                try:
                    serve(connection, made, sys.argv[2])
                except (ssl.SSLError, OSError):
                    pass


main()
