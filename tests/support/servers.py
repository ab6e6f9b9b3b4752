"""A real server process for tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


# On a machine that is busy with other tests a start takes ten times as long.
READY_SECONDS = 60


@contextmanager
def running(data, *flags):
    """A server on a free port; its address and process."""
    port = free_port()
    command = [sys.executable, "-m", "stopline", "serve", "--data", str(data), "--port", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    with subprocess.Popen(
        [*command, *flags], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_ready(url, process)
            yield url, process
        finally:
            process.kill()


def wait_ready(url, process):
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, process.stderr.read().decode()
        try:
            if get(f"{url}/health/ready")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server did not become ready")
