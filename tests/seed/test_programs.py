"""The page's four programs, as docs/opt-in-opt-out.md shows them and as the SDKs send them."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from contract.examples import load_examples
from seed.page import Page

HERE = Path(__file__).parent
DOC = (HERE.parent.parent / "docs/opt-in-opt-out.md").read_text()


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language in the page."""
    return re.findall(rf"^```{language}\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)


def environment(page: Page) -> dict[str, str]:
    known = page.server.credentials
    return os.environ | {
        "RINGCENTRAL_SERVER": known.server_url,
        "RINGCENTRAL_CLIENTID": known.client_id,
        "RINGCENTRAL_CLIENTSECRET": known.client_secret,
        "RINGCENTRAL_USERNAME": known.username,
        "RINGCENTRAL_EXTENSION": known.extension,
        "RINGCENTRAL_PASSWORD": known.password,
        "RINGCENTRAL_FROM": page.senders[0],
    }


def run(page: Page, *command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; it must succeed."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(page),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def interpreter(name: str) -> str:
    """Debian's interpreter of a language."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@pytest.fixture
def opted_out(page: Page) -> str:
    """Somebody who just said STOP to the first number."""
    person = page.person()
    page.texts(page.senders[0], person, "STOP")
    return person


def check_list(page: Page, output: str, opted_out: str) -> None:
    """The program printed the list of the first number, newest first, as the page shows it."""
    answer = json.loads(output)
    shown = next(json.loads(block) for block in blocks("json") if '"records"' in block)
    assert answer["paging"]["perPage"] == shown["paging"]["perPage"] == 100
    assert answer["paging"].keys() - {"nextPageToken"} == shown["paging"].keys()
    newest = answer["records"][0]
    assert newest == {**shown["records"][0], "from": page.senders[0], "to": opted_out}
    assert newest.keys() == shown["records"][0].keys()
    assert {record["from"] for record in answer["records"]} == {page.senders[0]}


@pytest.mark.parametrize(
    ("language", "name"),
    [("python", "python3"), ("javascript", "node"), ("php", "php"), ("ruby", "ruby")],
)
def test_the_documented_program_lists_who_opted_out(
    page: Page,
    opted_out: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    language: str,
    name: str,
) -> None:
    """Copied from the page as it stands; Python and JavaScript with the official SDKs."""
    [source] = blocks(language)
    folder = request.getfixturevalue("node_folder") if language == "javascript" else tmp_path
    program = folder / "program"
    program.write_text(source)
    binary = sys.executable if language == "python" else interpreter(name)
    check_list(page, run(page, binary, str(program), cwd=folder).stdout, opted_out)


def example(example_id: str) -> Any:
    return next(e for e in load_examples() if e.id == example_id)


def sent_requests(log: str) -> list[tuple[str, dict[str, str], str]]:
    """(request line, headers, body) of each request that a program says it sent."""
    found = []
    for request in log.split("\n----\n")[:-1]:
        head, _, body = request.replace("\r\n", "\n").partition("\n\n")
        line, *fields = head.split("\n")
        headers = dict(field.split(": ", 1) for field in fields)
        found.append((line, headers, body))
    return found


def check_login(page: Page, request: tuple[str, dict[str, str], str], *, lifetimes: bool) -> None:
    """The login is the captured one with our names in it."""
    line, headers, body = request
    known, captured = page.server.credentials, example("oauth-token-password-ext")
    client = base64.b64encode(f"{known.client_id}:{known.client_secret}".encode()).decode()
    expected = {
        **captured.requestBody,
        "username": known.username,
        "extension": known.extension,
        "password": known.password,
    }
    if not lifetimes:
        expected = {k: v for k, v in expected.items() if not k.endswith("_ttl")}
    assert line == f"{captured.method} {captured.path} HTTP/1.1"
    assert captured.requestHeaders.keys() <= headers.keys()
    assert headers["Authorization"] == f"Basic {client}"
    assert headers["Content-Type"] == captured.requestHeaders["Content-Type"]
    assert dict(parse_qsl(body)) == expected
    assert list(dict(parse_qsl(body))) == list(expected)


def test_php_sends_the_captured_requests(page: Page, opted_out: str) -> None:
    """What the official PHP SDK sends, lifetimes included, gets the list of the number."""
    done = run(page, interpreter("php"), "opt_outs.php", cwd=HERE)
    login, listing = sent_requests(done.stderr)
    check_login(page, login, lifetimes=True)
    captured = example("optouts-from")
    query = f"from=%2B{page.senders[0][1:]}"
    assert listing[0] == f"GET {captured.path}?{query} HTTP/1.1"
    assert captured.requestHeaders.keys() <= listing[1].keys()
    check_list(page, done.stdout, opted_out)


def test_ruby_sends_the_captured_requests(page: Page, opted_out: str) -> None:
    """What the official Ruby SDK sends for the page's own sample gets the list of every number."""
    done = run(page, interpreter("ruby"), "opt_outs.rb", cwd=HERE)
    login, listing = sent_requests(done.stderr)
    check_login(page, login, lifetimes=False)
    captured = example("optouts-ruby-seed-sample")
    query = captured.rawQuery.replace("12025550142", page.senders[0][1:])
    assert listing[0] == f"GET {captured.path}?{query} HTTP/1.1"
    assert captured.requestHeaders.keys() <= listing[1].keys()
    everything = page.get(captured.path)
    assert json.loads(done.stdout)["records"] == everything["records"]
    assert everything["records"][0]["to"] == opted_out
