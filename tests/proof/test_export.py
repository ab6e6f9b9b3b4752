"""An export is checked by a program that has nothing but Python's standard library."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stopline import verify_ledger
from stopline.cli import cli
from stopline.core.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    checkpoint_bytes,
    render_checkpoint,
)
from stopline.flows.ledger import take_checkpoint
from support.tampering import cut_tail_and_head, rewrite, tamper
from support.world import KEYS, SENDER, World, person

pytestmark = pytest.mark.on_sqlite("its commands read a data directory")

KEY = Ed25519PrivateKey.from_private_bytes(KEYS.checkpoint)
PUBLIC = KEY.public_key().public_bytes_raw().hex()


@pytest.fixture
def data(told: World, tmp_path: Path) -> Path:
    """A data directory as the commands want it, with checkpoints after the sixth entry."""
    for name in ("number", "server", "checkpoint"):
        (tmp_path / f"{name}.key").write_bytes(getattr(KEYS, name))
        (tmp_path / f"{name}.key").chmod(0o600)
    (tmp_path / "checkpoints.jsonl").write_text(signed(told.store.read_now(take_checkpoint)))
    told.close()
    return tmp_path


def signed(checkpoint: Checkpoint) -> str:
    signature = KEY.sign(checkpoint_bytes(checkpoint)).hex()
    return render_checkpoint(SignedCheckpoint(checkpoint, signature)) + "\n"


def export(data: Path, *options: str) -> Path:
    path = data / "ledger.jsonl"
    arguments = ["ledger", "export", "--data", str(data), "--output", str(path), *options]
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 0, result.output
    return path


def verify(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A copy of the verifier alone, in a Python without our packages."""
    script = path.parent / "verify_ledger.py"
    script.write_text(Path(verify_ledger.__file__).read_text())
    return subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(path), *options],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_verifies_with_the_standard_library_alone(data: Path) -> None:
    """Chain, heads, plain values, numbers and checkpoints; the signature is named as unchecked."""
    path = export(data, "--plain")
    options = ("--checkpoints", str(data / "checkpoints.jsonl"), "--public-key", PUBLIC)
    done = verify(path, *options, "--number-key", str(data / "number.key"))
    assert done.stdout == (
        "6 entries, 0 without plain values; 1 checkpoints, 0 newer than the export, "
        "0 signatures checked; 0 faults\n"
    )
    assert done.returncode == 0


def test_without_plain_values_no_number_is_in_it(data: Path) -> None:
    """The usual export tells nobody's number, and the chain verifies all the same."""
    path = export(data)
    assert SENDER not in path.read_text()
    assert person(1) not in path.read_text()
    assert verify(path).stdout.startswith("6 entries, 6 without plain values;")


def test_signatures_are_checked_where_cryptography_is_installed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The right key is accepted, another one is refused."""
    path, checkpoints = export(data), data / "checkpoints.jsonl"
    arguments = [str(path), "--checkpoints", str(checkpoints), "--public-key"]
    assert verify_ledger.main([*arguments, PUBLIC]) == 0
    assert "1 signatures checked" in capsys.readouterr().out
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    assert verify_ledger.main([*arguments, stranger]) == 2
    assert "not signed by this key" in capsys.readouterr().err


Edit = Callable[[list[Any]], None]


def edited(lines: list[Any]) -> None:
    lines[3]["entry"]["word"] = "help"


def deleted(lines: list[Any]) -> None:
    del lines[3]


def swapped(lines: list[Any]) -> None:
    lines[3], lines[4] = lines[4], lines[3]


def cut(lines: list[Any]) -> None:
    del lines[6]


def plain(lines: list[Any]) -> None:
    lines[3]["plain"]["normalised_text"] = "help"


def number(lines: list[Any]) -> None:
    lines[3]["plain"]["recipient"] = "+13125550199"


def headless(lines: list[Any]) -> None:
    lines[0]["heads"] = []


FAULTS = [
    (edited, "position 3: edited"),
    (deleted, "position 3: missing"),
    (swapped, "position 3: missing"),
    (cut, "position 6: missing"),
    (plain, "position 3: plain values edited"),
    (number, "position 3: plain values edited"),
    (headless, "position 1: a chain without a head"),
]


@pytest.mark.parametrize("edit, fault", FAULTS)
def test_an_edited_export_is_found(data: Path, edit: Edit, fault: str) -> None:
    """Exit code 1, and the place."""
    path = export(data, "--plain")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    edit(lines)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = verify(path, "--number-key", str(data / "number.key"))
    assert done.returncode == 1
    assert fault in done.stdout


@pytest.mark.parametrize("how, word", [(cut_tail_and_head, "cut off"), (rewrite, "rewritten")])
def test_what_only_checkpoints_show(
    data: Path, how: Callable[[apsw.Connection], None], word: str
) -> None:
    """A new chain verifies by itself; with the checkpoints it does not, here and in verify."""
    tamper(data / "stopline.db", how)
    path = export(data)
    assert verify(path).returncode == 0
    done = verify(path, "--checkpoints", str(data / "checkpoints.jsonl"))
    assert (done.returncode, word in done.stdout) == (1, True)
    result = CliRunner().invoke(cli, ["ledger", "verify", "--data", str(data)])
    assert (result.exit_code, word in result.output) == (1, True)


def test_verify_reads_the_checkpoint_file(data: Path) -> None:
    """It says how many checkpoints it compared; a forged one is refused by its line."""
    arguments = ["ledger", "verify", "--json", "--data", str(data)]
    assert json.loads(CliRunner().invoke(cli, arguments).output) == {
        "entries": 6,
        "checkpoints": 1,
        "faults": 0,
    }
    path = data / "checkpoints.jsonl"
    path.write_text(path.read_text().replace('"time_ms":1', '"time_ms":2'))
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 1
    assert "line 1: not signed by this installation's key" in result.output


def test_the_public_key_is_printed(data: Path) -> None:
    """`ledger key` gives what the verifier wants."""
    result = CliRunner().invoke(cli, ["ledger", "key", "--json", "--data", str(data)])
    assert json.loads(result.output) == {"public_key": PUBLIC}


@pytest.mark.parametrize("text", ["", "{}\n", "[]\n", "x\n", '{"format":"stopline-ledger/2"}\n'])
def test_what_is_no_export_is_no_proof(data: Path, text: str) -> None:
    """Exit code 2: nothing can be said."""
    path = data / "other.jsonl"
    path.write_text(text)
    assert verify(path).returncode == 2
