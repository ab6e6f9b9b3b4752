"""The running server and its simulated carrier: embedded, or a process of its own."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

from stopline.commands.credentials_file import read_credentials
from support.servers import get, running

ANN = "+12065550161"


def post(url, body):
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.loads(response.read())


def texts_to(url, person):
    with urllib.request.urlopen(f"{url}/simulator/messages?limit=1000", timeout=10) as response:
        records = json.loads(response.read())["records"]
    return [one["text"] for one in records if one["recipient"] == person]


def text(url, sender, words):
    answer = post(f"{url}/simulator/messages", {"from": ANN, "to": sender, "text": words})
    return answer["records"][0]["acknowledged"]


def wait_for_text(url, count):
    for _ in range(100):
        found = texts_to(url, ANN)
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{len(texts_to(url, ANN))} texts, not {count}")


def test_a_stop_is_stored_and_answered(tmp_path):
    """The handset's STOP is acknowledged, answered once, and shown by the commands."""
    with running(tmp_path) as (url, _):
        sender = read_credentials(tmp_path).senders[0]
        assert text(url, sender, "STOP")
        assert 'the word "stop"' in wait_for_text(url, 1)[0]
        command = ["consent", "show", ANN, "--from", sender, "--data", str(tmp_path), "--json"]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        shown = subprocess.run(
            [sys.executable, "-m", "stopline", *command],
            env=environment,
            capture_output=True,
            check=True,
        )
        assert json.loads(shown.stdout)["status"] == "optout"


@contextmanager
def simulator(data):
    """A simulator of its own process; its address."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "stopline", "simulator", "--listen", "127.0.0.1:0"]
    with subprocess.Popen(
        [*command, "--data", str(data)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            assert process.wait(10) == 0


def test_the_simulator_outlives_a_killed_server(tmp_path):
    """As its own process it keeps its journal; a restarted server connects to it again."""
    data = tmp_path / "data"
    with simulator(tmp_path / "world") as address:
        with running(data, "--simulator-address", address) as (url, process):
            sender = read_credentials(data).senders[0]
            assert text(url, sender, "STOP")
            wait_for_text(url, 1)
            process.kill()
            process.wait()
        with running(data, "--simulator-address", address) as (url, _):
            assert len(texts_to(url, ANN)) == 1
            assert text(url, sender, "thanks")


def test_without_the_simulator_there_is_no_handset_api(tmp_path):
    """Not mounted unless the simulated carrier is configured."""
    with running(tmp_path, "--no-simulator") as (url, _):
        assert get(f"{url}/simulator/messages")[0] == 404
