"""The services behind the app: what a merchant, a bank and an operator do, and what fails.

SPDX-License-Identifier: Apache-2.0
"""

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time

WAIT_S = float(os.environ.get("YKT_APP_WAIT", "20"))
NUMBER = "6200000000000011114"  # of the stand-in for a bank; tools/city-setup
HOLDER = "测试用户"
BANK_PHONE = "13800000001"


class City:
    """One city's services, which app.sh started in the folder state."""

    def __init__(self, state):
        self.state = pathlib.Path(state)
        platform = json.loads((self.state / "platformd-9901.json").read_text(encoding="utf-8"))
        self.base = platform["port"] - 21

    def post(self, port, who, path, body):
        """A request of one who has a certificate; the answer."""
        keys = self.state / "keys"
        done = subprocess.run(
            ["curl", "-sS", "--fail-with-body", "--cacert", keys / "ca.pem", "--cert", keys / f"{who}.pem",
             "--key", keys / f"{who}.key", "-H", "Content-Type: application/json", "-d", json.dumps(body),
             f"https://127.0.0.1:{self.base + port}/{path}"],
            check=True, capture_output=True, text=True,
        )
        return json.loads(done.stdout or "{}")

    def bill(self, ref, amount_fen=300):
        """A merchant's bill; its number."""
        return self.post(22, "merchant-0001", "merchant/bill", {
            "ref": ref, "payee": "Noodles Zhang", "goods": "noodles", "amount_fen": amount_fen, "life_ms": 600000,
        })["bill_id"]

    def operate(self, path, body):
        """The operator at the TSM."""
        self.post(41, "operator", f"tsm/{path}", body)

    def codes(self, sink="sms-9901.txt"):
        """The codes of the messages sent until now."""
        path = self.state / sink
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [line.strip()[-6:] for line in lines]

    # --- what fails ----------------------------------------------------------------

    def pid(self, name):
        return int((self.state / "run" / f"{name}.pid").read_text(encoding="utf-8"))

    def kill(self, name):
        """And its ports are free."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        self._until(lambda: not self._lives(pid), f"the end of {name}")

    @staticmethod
    def _lives(pid):
        """Who is dead and not yet asked for holds nothing any more, once its other threads are gone too."""
        try:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            threads = os.listdir(f"/proc/{pid}/task")
        except (FileNotFoundError, ProcessLookupError):
            return False
        return stat.rsplit(")", 1)[1].split()[0] not in "ZX" or len(threads) > 1

    def start(self, name):
        """A service again, which goes with the test: app.sh ends what run/ names."""
        log = self.state / "log" / f"{name}-again.log"
        with open(log, "w", encoding="utf-8") as out:
            again = subprocess.Popen(
                [f"{os.environ['YKT_APP_BIN']}/ykt-{name.split('-')[0]}", self.state / f"{name}.json"],
                stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
            )
        (self.state / "run" / f"{name}.pid").write_text(f"{again.pid}\n", encoding="utf-8")
        self._until(lambda: ": ready" in log.read_text(encoding="utf-8"), lambda: f"{name} again: {log.read_text(encoding='utf-8')}")

    @contextlib.contextmanager
    def stopped(self, name):
        """The service hears and answers nothing meanwhile, unless it was killed."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def heard(self, port):
        """Waits until something stands unread at a port: a request is on its way."""
        place = f"{0x0100007F:08X}:{self.base + port:04X}"

        def look():
            rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
            return any(row[1] == place and row[3] == "01" and int(row[4].split(":")[1], 16) > 0 for row in rows)

        self._until(look, f"a request at port {self.base + port}")

    def lose_platform(self, act):
        """The platform dies over the request that act() makes, while it asks the key service: no answer comes."""
        with self.stopped("keyd-9901"):
            act()
            self.heard(1)
            self.kill("platformd-9901")

    @staticmethod
    def _until(look, what):
        end = time.monotonic() + WAIT_S
        while not look():
            if time.monotonic() > end:
                raise TimeoutError(what() if callable(what) else what)
            time.sleep(0.05)
