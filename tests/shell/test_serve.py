"""A real server process: it starts, answers, refuses a second one, and stops in time."""

import json
import os
import signal
import subprocess
import sys

import pytest

from support.servers import get, running


def test_it_serves_and_stops_on_sigterm(tmp_path):
    """Ready after the start, the envelope for unknown paths, exit code 0 within the bound."""
    with running(tmp_path, "--log-format", "json", "--no-demo") as (url, process):
        assert get(f"{url}/health/live") == (200, b'{"status":"live"}')
        assert get(f"{url}/restapi/nothing")[0] == 404
        assert (tmp_path / "control.sock").is_socket()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=10)
    assert process.returncode == 0
    entries = [json.loads(line) for line in log.splitlines()]
    assert entries[-1]["event"] == "stopped"
    assert entries[-1]["clean"] is True
    assert not (tmp_path / "control.sock").exists()


def test_a_second_server_is_refused(tmp_path):
    """One directory, one server: the other says who holds it and exits with 1."""
    with running(tmp_path, "--no-demo") as (_, process):
        with pytest.raises(AssertionError) as refused, running(tmp_path, "--no-demo"):
            pass
        assert f"in use by process {process.pid}" in str(refused.value)


def test_a_killed_server_starts_again(tmp_path):
    """kill -9 leaves a lock file and a socket behind; neither stops the next start."""
    with running(tmp_path, "--no-demo") as (_, process):
        process.kill()
        process.wait()
    with running(tmp_path, "--no-demo") as (url, _):
        assert get(f"{url}/health/ready")[0] == 200


def test_misuse_exits_with_2(tmp_path):
    """A wrong setting is the caller's to mend: code 2, one line, no traceback."""
    command = [sys.executable, "-m", "stopline", "serve", "--port", "x", "--data", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "port (from --port): 'x' is not a whole number" in done.stderr
    assert "Traceback" not in done.stderr
