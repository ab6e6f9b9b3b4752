"""The README's first message, block by block as it stands, against a running server."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seed.page import OPT_OUTS, Page

README = (Path(__file__).parent.parent.parent / "README.md").read_text()
ANN = "+13125550163"


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in the order of the page."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def run(folder: Path, *command: str) -> str:
    """What a program prints; it must succeed."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def folder(page: Page, tmp_path: Path) -> Path:
    """Where a reader stands after `make serve`."""
    (tmp_path / "stopline-data").symlink_to(page.server.data)
    return tmp_path


def check_accepted(page: Page, batch: dict[str, Any]) -> None:
    assert batch["batchSize"] == 1
    assert page.outcome(batch["id"])["to"] == [ANN]


def test_with_curl(page: Page, folder: Path) -> None:
    """The token, the batch; then the person's STOP, which is in the list at once."""
    send, stop = blocks("sh")
    check_accepted(page, json.loads(run(folder, "bash", "-ec", send)))
    answer = json.loads(run(folder, "bash", "-ec", f"{send.splitlines()[0]}\n{stop}"))
    assert [record["acknowledged"] for record in answer["records"]] == [True]
    assert (page.senders[0], ANN) in page.opt_outs(from_=page.senders[0], to=ANN)
    assert page.get(OPT_OUTS, {"to": ANN})["records"]


def test_with_python(page: Page, folder: Path) -> None:
    """With the official SDK."""
    [program] = blocks("python")
    check_accepted(page, json.loads(run(folder, sys.executable, "-c", program)))


def test_with_javascript(page: Page, folder: Path, node_folder: Path) -> None:
    """With the official SDK; what it prints is JavaScript's own notation."""
    [program] = blocks("js")
    (folder / "node_modules").symlink_to(node_folder / "node_modules")
    printed = run(folder, "node", "-e", program)
    found = re.search(r"id: '([^']+)'", printed)
    assert found, printed
    assert page.outcome(found[1])["to"] == [ANN]
