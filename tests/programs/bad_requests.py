#!/usr/bin/env python3
"""Bad TLS, HTTP and JSON against every listener of the real servers.

usage: bad_requests.py KEYS BASE      (called by bad_requests.sh)

KEYS is the folder of certificates, BASE the base of the ports, as in
tools/city-setup. Each line of the tables is sent to each listener; the answer's
code must be the documented one. Prints what it did; exit 1 names what differed.

SPDX-License-Identifier: Apache-2.0
"""
import http.client
import socket
import ssl
import sys
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # old TLS is what is tried here
KEYS, BASE = sys.argv[1], int(sys.argv[2])
faults = []

GATE, PLATFORM, TSM = "gate-310000000001", "platform-9901", "tsm-9901"
NO_SESSION = 404  # SERAM: a session is looked for before anything is read
# Port, its name, and the paths with who may call them ("": anybody, no certificate).
LISTENERS = {
    21: ("platformd, phones", {"/client/open": "", "/client/call": ""}),
    22: ("platformd, servers", {"/pay/notice": "payd", "/gate/upload": GATE, "/gate/params": GATE,
                                "/clear/submit": "platform-9902", "/admin/ledger": "operator",
                                "/admin/orders": "operator"}),
    1: ("keyd", {"/key/load.permit": PLATFORM, "/key/load.tac": PLATFORM,
                 "/key/tac.verify": PLATFORM, "/key/scp.session": TSM, "/key/scp.putkey": TSM,
                 "/key/perso.make": TSM, "/key/psam.make": "operator"}),
    41: ("tsmd, servers", {"/tsm/job.start": PLATFORM, "/tsm/job.get": PLATFORM,
                           "/tsm/job.session": PLATFORM}),
    42: ("tsmd, phones", {"/gp/seram/handshake": "", "/gp/seram/remoteManagement": ""}),
    11: ("payd, merchants", {"/psp/prepay": PLATFORM, "/psp/query": PLATFORM,
                             "/psp/refund": PLATFORM}),
    12: ("payd, users", {"/psp/confirm": ""}),
}
ROLES = ["", PLATFORM, "platform-9902", TSM, "keyd-9901", "payd", "operator", GATE]

JSON_BODIES = [
    (b"", "empty"),
    (b" \r\n", "only blanks"),
    (b"null", "null"),
    (b"[]", "a list"),
    (b"{", "cut"),
    (b"{}}", "text after the end"),
    (b'{"a":1,"a":2}', "a key twice"),
    (b'{"a":1e2}', "exponent"),
    (b'{"a":1.0}', "point"),
    (b'{"a":-0}', "minus zero"),
    (b'{"a":1E400}', "beyond a double"),
    (b'{"a":9223372036854775808}', "2^63"),
    (b'{"a":"\\u0000"}', "NUL"),
    (b'{"a":"\\ud800"}', "lone surrogate"),
    (b'{"a":"\xc0\xaf"}', "overlong UTF-8"),
    (b'\xef\xbb\xbf{"a":1}', "byte order mark"),
    (b'{"a":"\\u12G4"}', "no hex digit"),
    (b'{"a":"x\\', "ends in a backslash"),
    (b'{"a":1 "b":2}', "missing comma"),
    (b'{"a":1,}', "trailing comma"),
    (b'{"a":1/**/}', "comment"),
    (b"{'a':1}", "single quotes"),
    (b"[" * 200000, "200,000 brackets"),
    (b'{"a":' + b"[" * 200000, "200,000 brackets for a value"),
    (b'{"a":"' + b"x" * 250000 + b'"}', "a text of 250 kB"),
]

HEAD = "Host: 127.0.0.1\r\n"
POST = "POST %(path)s HTTP/1.1\r\n" + HEAD + "Content-Type: application/json\r\n"
RAW = [  # bytes, code of the first answer, why
    (POST + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400, "two equal lengths"),
    (POST + "Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}", 400, "two lengths"),
    (POST + "Content-Length: -2\r\n\r\n{}", 400, "negative length"),
    (POST + "Content-Length: +2\r\n\r\n{}", 400, "plus"),
    (POST + "Content-Length: 2, 2\r\n\r\n{}", 400, "list"),
    (POST + "Content-Length: 99999999999999999999\r\n\r\n", 413, "20 digits"),
    (POST + "Content-Length: 300000\r\n\r\n", 413, "over the limit"),
    (POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "both"),
    (POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400, "blank before the colon"),
    (POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, "xchunked"),
    (POST + "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n", 400, "empty chunk size"),
    (POST + "\r\n{}", 411, "no length"),
    (POST + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415, "gzip"),
    (POST + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n", 417, "expect"),
    (POST + "Upgrade: h2c\r\nContent-Length: 2\r\n\r\n{}", 400, "upgrade"),
    (POST + "X: " + "v" * 5000 + "\r\nContent-Length: 2\r\n\r\n{}", 431, "value of 5000"),
    (POST + "X: y\r\n" * 80 + "Content-Length: 2\r\n\r\n{}", 431, "80 lines"),
    (POST.replace("application/json", "text/plain") + "Content-Length: 2\r\n\r\n{}", 415, "text"),
    (POST.replace(HEAD, "") + "Content-Length: 2\r\n\r\n{}", 400, "no host"),
    (POST.replace(HEAD, HEAD * 2) + "Content-Length: 2\r\n\r\n{}", 400, "two hosts"),
    (POST.replace("HTTP/1.1", "HTTP/1.2") + "Content-Length: 2\r\n\r\n{}", 505, "HTTP/1.2"),
    (POST.replace("POST ", "BREW ") + "Content-Length: 2\r\n\r\n{}", 405, "unknown method"),
    (POST.replace("POST ", "post ") + "Content-Length: 2\r\n\r\n{}", 405, "lower case"),
    ("GET %(path)s HTTP/1.1\r\n" + HEAD + "\r\n", 405, "GET"),
    ("POST /%%2e%%2e%(path)s HTTP/1.1\r\n" + HEAD + "Content-Length: 0\r\n\r\n", 400, "dots"),
    ("POST /%(path)s HTTP/1.1\r\n" + HEAD + "Content-Length: 0\r\n\r\n", 400, "empty segment"),
    ("POST http://a%(path)s HTTP/1.1\r\n" + HEAD + "Content-Length: 0\r\n\r\n", 400, "absolute"),
    ("POST /" + "p" * 600 + " HTTP/1.1\r\n" + HEAD + "Content-Length: 0\r\n\r\n", 414, "long path"),
    ("POST /nothing HTTP/1.1\r\n" + HEAD + "Content-Length: 0\r\n\r\n", 404, "no such path"),
]


def differ(*words):
    faults.append(" ".join(str(word) for word in words))


def context(role="", verify=True):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(f"{KEYS}/ca.pem")
    if not verify:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    if role:
        made.load_cert_chain(f"{KEYS}/{role}.pem", f"{KEYS}/{role}.key")
    return made


def connect(port, made):
    plain = socket.create_connection(("127.0.0.1", BASE + port), timeout=15)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made.wrap_socket(plain, server_hostname="127.0.0.1")


def exchange(port, made, data):
    """The code of the first answer; 0 when the connection ends without one."""
    try:
        with connect(port, made) as tls:
            tls.sendall(data)
            answer = tls.recv(4096)
    except (ssl.SSLError, ConnectionError):
        return 0
    return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def post(connection, path, body):
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, text


def https(port, role=""):
    return http.client.HTTPSConnection("127.0.0.1", BASE + port, context=context(role), timeout=15)


def who(port):
    """A path of this listener and a role that may call it."""
    return next(iter(LISTENERS[port][1].items()))


def malformed(port):
    return NO_SESSION if port == 42 else 400


def served(port, after):
    """The next good caller gets as far as his body, not a closed door."""
    path, role = who(port)
    code = exchange(port, context(role), (POST % {"path": path} + "Connection: close\r\n"
                                          "Content-Length: 2\r\n\r\n[]").encode())
    if code != malformed(port):
        differ(LISTENERS[port][0], "after", after, "a good caller gets", code)


def try_http(port):
    path, role = who(port)
    made = context(role)
    for text, code, why in RAW:
        got = exchange(port, made, (text % {"path": path}).encode())
        if got != code:
            differ(LISTENERS[port][0], why, "got", got, "not", code)
    served(port, "bad HTTP")
    return len(RAW)


def try_json(port):
    count = 0
    for path, role in LISTENERS[port][1].items():
        connection = https(port, role)
        for body, why in JSON_BODIES:
            code, text = post(connection, path, body)
            count += 1
            if code != malformed(port) or b'{"error":"' not in text:
                differ(path, why, "got", code, text[:80])
        connection.close()
    served(port, "bad JSON")
    return count


def try_roles(port):
    """Every path with every role that may not call it: 403 before the body is read."""
    count = 0
    for path, may in LISTENERS[port][1].items():
        for role in ROLES if may else []:
            if role == may or (may.startswith("platform") and role.startswith("platform")):
                continue
            connection = https(port, role)
            try:
                code, _ = post(connection, path, b"{}")
            except (ssl.SSLError, ConnectionError):
                code = 403  # told in the handshake
            connection.close()
            count += 1
            if code != 403:
                differ(path, "called as", role or "nobody", "got", code)
    return count


def try_certificates(port):
    """Certificates of bad_requests.sh, each with a common name that may call."""
    path, may = who(port)
    count = 0
    if not may:
        return count
    for name in ["self", "foreign", "expired", "future", "server-only", "two-names"]:
        role = f"bad-{name}-{may}"
        data = (POST % {"path": path} + "Connection: close\r\nContent-Length: 2\r\n\r\n[]").encode()
        code = exchange(port, context(role), data)
        count += 1
        if code not in (0, 403):
            differ(LISTENERS[port][0], "certificate", name, "got", code)
    served(port, "bad certificates")
    return count


def handshake(port, made):
    try:
        connect(port, made).close()
    except (ssl.SSLError, ConnectionError):
        return False
    return True


def try_handshakes(port):
    name = LISTENERS[port][0]
    weak = []
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        made = context()
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = made.maximum_version = version
        weak.append((version.name, made))
    for ciphers in ("ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-NULL-SHA", "AES128-GCM-SHA256"):
        made = context()
        made.set_ciphers(ciphers + ":@SECLEVEL=0")
        made.maximum_version = ssl.TLSVersion.TLSv1_2
        weak.append((ciphers, made))
    for why, made in weak:
        if handshake(port, made):
            differ(name, "speaks", why)
    with socket.create_connection(("127.0.0.1", BASE + port), timeout=15) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        if b"HTTP/" in plain.recv(4096):
            differ(name, "answers plain HTTP")
    served(port, "weak handshakes")
    return len(weak) + 1


def main():
    for what, tried in (("TLS", try_handshakes), ("certificates", try_certificates),
                        ("roles", try_roles), ("HTTP", try_http), ("JSON", try_json)):
        began = time.monotonic()
        count = sum(tried(port) for port in LISTENERS)
        print(f"  {what}: {count} refused in {time.monotonic() - began:.1f} s", flush=True)
    for fault in faults:
        print("bad_requests:", fault)
    return 1 if faults else 0


sys.exit(main())
