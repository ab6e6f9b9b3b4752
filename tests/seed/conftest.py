"""A real server for the seed page, with the official Python SDK logged in to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ringcentral import SDK
from seed.hook import Hook
from seed.page import Page
from stopline.testing import StoplineServer
from support.javascript import install_clients


@pytest.fixture(scope="session")
def server() -> Iterator[StoplineServer]:
    """One server for the whole page: each test takes people and senders of its own."""
    with StoplineServer() as server:
        yield server


@pytest.fixture
def page(server: StoplineServer) -> Page:
    """The page's application, newly logged in (a user has five sessions at most), and people."""
    known = server.credentials
    sdk = SDK(known.client_id, known.client_secret, known.server_url)
    platform = sdk.platform()
    platform.login(known.username, known.extension, known.password)
    return Page(server, platform)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """The application's address for events."""
    with Hook() as hook:
        yield hook


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the official JavaScript SDK is installed, from its registry."""
    return install_clients(tmp_path_factory)
