"""Commands reach the running server through its own socket, and nobody else does."""

import asyncio
import stat
from pathlib import Path

import pytest

from stopline.control.client import ControlClient, ServerAbsent
from stopline.control.service import CONTROL_NAME, ControlService, OperationRefused


async def perform(operation, arguments):
    if operation == "refuse":
        raise OperationRefused("no such account")
    return {"operation": operation, "arguments": arguments}


def with_server(data, call):
    """Run a blocking call beside a control service."""

    async def run():
        service = ControlService(data, perform)
        await service.start()
        try:
            return await asyncio.to_thread(call)
        finally:
            await service.stop(1000)

    return asyncio.run(run())


def ask(data, operation, arguments):
    with ControlClient(data) as client:
        return client.perform(operation, arguments)


def test_an_operation_runs_in_the_server(tmp_path):
    """Arguments go there and the result comes back."""
    answer = with_server(tmp_path, lambda: ask(tmp_path, "list", {"account": 1}))
    assert answer == {"operation": "list", "arguments": {"account": 1}}


def test_a_refusal_reaches_the_caller(tmp_path):
    """The server's reason is raised in the command."""
    with pytest.raises(OperationRefused, match="no such account"):
        with_server(tmp_path, lambda: ask(tmp_path, "refuse", {}))


def test_only_the_owner_may_connect(tmp_path):
    """The socket has mode 0600."""
    mode = with_server(tmp_path, lambda: (tmp_path / CONTROL_NAME).stat().st_mode)
    assert stat.S_IMODE(mode) == 0o600


def test_without_a_server_the_client_says_so(tmp_path):
    """No socket, the socket of a stopped server, and a socket nobody listens on are the same."""
    with pytest.raises(ServerAbsent):
        ControlClient(tmp_path)
    with_server(tmp_path, lambda: None)
    assert not (tmp_path / CONTROL_NAME).exists()
    with pytest.raises(ServerAbsent):
        ControlClient(tmp_path / "missing")


def test_a_dead_servers_socket_is_replaced(tmp_path):
    """A socket left by kill -9 does not stop the next start."""
    (tmp_path / CONTROL_NAME).touch()
    assert with_server(tmp_path, lambda: ask(tmp_path, "x", {}))["operation"] == "x"


def test_a_long_data_path_works(tmp_path):
    """The kernel takes 108 bytes of path; ours may be longer."""
    data = tmp_path / ("d" * 120)
    data.mkdir()
    assert with_server(data, lambda: ask(data, "x", {}))["operation"] == "x"


def test_nonsense_is_answered_with_an_error(tmp_path):
    """A line that is no request is refused and the server goes on."""

    def call():
        with ControlClient(tmp_path) as client:
            client._socket.sendall(b"GET / HTTP/1.1\n")
            first = client._lines.readline()
            return first, client.perform("x", {})

    first, second = with_server(tmp_path, call)
    assert b"no JSON" in first
    assert second["operation"] == "x"


def test_the_directory_handle_is_given_back(tmp_path):
    """Many clients on a long path leak no descriptor."""
    data = tmp_path / ("d" * 120)
    data.mkdir()

    def open_files():
        return len(list(Path("/proc/self/fd").iterdir()))

    def call():
        ask(data, "x", {})
        before = open_files()
        for _ in range(20):
            ask(data, "x", {})
        return open_files() - before

    assert with_server(data, call) < 5


def test_an_idle_command_does_not_delay_the_stop(tmp_path):
    """Only an operation at work is waited for."""

    async def run():
        service = ControlService(tmp_path, perform)
        await service.start()
        client = await asyncio.to_thread(ControlClient, tmp_path)
        await asyncio.to_thread(client.perform, "x", {})
        began = asyncio.get_running_loop().time()
        await service.stop(10_000)
        client.__exit__(None, None, None)
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(run()) < 1
