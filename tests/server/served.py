"""A process of `gemba-server run`, as somebody starts it."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

ROOT = Path(__file__).parent.parent.parent


class Served:
    def __init__(self, *tokens):
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "server", "run", "--port", str(self.port), *map(str, tokens)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx2.get(f"{self.address}/ready").status_code == 200:
                    return self
            except httpx2.TransportError:
                assert self.process.poll() is None, self.process.stderr.read()
            time.sleep(0.05)
        raise TimeoutError

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        said, complained = self.process.communicate(timeout=60)
        return self.process.returncode, said, complained


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
