"""`stopline.testing`, as an application's own tests use it."""

import base64
import json
import urllib.request
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from stopline.pytest_plugin import stopline_server  # noqa: F401  (found without an installation)
from stopline.testing import ServerFailed, StoplineServer

PERSON = "+12065550142"


def log_in(server: StoplineServer) -> str:
    """What any application does first."""
    own = server.credentials
    form = {
        "grant_type": "password",
        "username": own.username,
        "extension": own.extension,
        "password": own.password,
    }
    login = base64.b64encode(f"{own.client_id}:{own.client_secret}".encode()).decode()
    headers = {"Authorization": f"Basic {login}"}
    url = f"{server.url}/restapi/oauth/token"
    request = urllib.request.Request(url, urlencode(form).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as response:
        token: str = json.loads(response.read())["access_token"]
        return token


def test_stop_and_start_through_the_handset(stopline_server: StoplineServer) -> None:  # noqa: F811
    """A person's STOP is stored when the call returns; its reply arrives, from that number."""
    server = stopline_server
    assert log_in(server)
    number, other = server.credentials.senders[:2]
    stopped = server.text_in(PERSON, number, "STOP")
    assert (stopped.acknowledged, stopped.error) == (True, None)
    reply = server.wait_for_message(PERSON, number, after=stopped.sequence)
    assert reply.text.startswith("NETWORK MSG:")
    started = server.text_in(PERSON, number, "START")
    welcome = server.wait_for_message(PERSON, number, after=started.sequence)
    assert server.handset_messages(PERSON) == [reply, welcome]
    assert server.handset_messages(PERSON, other) == []


def test_a_crash_and_a_new_start_keep_everything(tmp_path: Path) -> None:
    """The same data, port and numbers; the handset remembers its texts."""
    with StoplineServer(tmp_path / "data", {"log_format": "json"}) as server:
        number, url = server.credentials.senders[0], server.url
        server.text_in(PERSON, number, "STOP")
        reply = server.wait_for_message(PERSON)
        server.kill()
        server.start()
        assert server.url == url
        assert server.handset_messages(PERSON) == [reply]
        assert server.stop() == 0


def test_a_server_that_can_not_start_says_why(tmp_path: Path) -> None:
    """The error carries the log's end, where the reason stands."""
    server = StoplineServer(tmp_path / "data", {"simulator_window": "many"})
    with pytest.raises(ServerFailed, match="simulator_window"):
        server.start()


def test_the_plugin_is_declared() -> None:
    """pytest finds the fixture by the package's entry point."""
    import tomllib

    root = Path(__file__).parent.parent.parent
    project: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    [(name, value)] = project["entry-points"]["pytest11"].items()
    plugin = EntryPoint(name, value, "pytest11").load()
    assert hasattr(plugin, "stopline_server")
