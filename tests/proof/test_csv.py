"""CSV in and out: strict, by line number, in constant memory, and harmless when repeated."""

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.commands.credentials_file import read_credentials
from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import (
    MAX_HELD,
    SLICE_LINES,
    BrokenFile,
    read_lines,
    slices,
)
from stopline.store_service import open_store

S, ANN, BEN = "+12025550142", "+12065550161", "+13125550162"

UNDERSTOOD = [
    f"from,to,status\n{S},{ANN},optout\n",
    f"FROM,TO,STATUS,SOURCE\n{S},{ANN},OptOut,Recipient\n",
    f"from,to,status,source,changed_at\n{S},{ANN},optout,recipient,2026-03-02T17:00:00.000Z\n",
    f'Status,Notes,To,From\noptout,"a, ""b""\nc",{ANN},{S}\n',
    f"from,to,status\r\n{S},{ANN},optout\r\n",
    f"from, to ,status\n {S} , {ANN} , optout \n\n",
    f"from,to,status\n{S},+1 (206) 555-0161,optout",
]


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_these_files_say_the_same(text: str) -> None:
    """Our own export, RingCentral's columns, any order and case, quotes, either line end."""
    (line,) = read_lines(io.StringIO(text, newline=""))
    assert isinstance(line, Fact)
    assert (line.sender, line.recipient, line.opt_out) == (S, ANN, True)


NOT_GUESSED = [
    f"{S},2065550161,optout",
    f"{S},12065550161,optout",
    f"{S},=1+2,optout",
    f"{S},+1206555016１,optout",
    f"{S},+1206555,optout",
    f"{S},,optout",
    f"{S},{ANN},",
    f"{S},{ANN},out",
    f"{S},{ANN},optout?",
    f"{S},{ANN}",
    f"+0,{ANN},optout",
    f"Shop,{ANN},optout",
]


@pytest.mark.parametrize("row", NOT_GUESSED)
def test_these_lines_are_not_guessed(row: str) -> None:
    """Each is reported by its number; the lines around it are read."""
    text = f"from,to,status\n{S},{ANN},optin\n{row}\n{S},{BEN},optout\n"
    first, second, third = read_lines(io.StringIO(text))
    assert isinstance(second, BadLine)
    assert second.number == 3
    assert (first, third) == (Fact(2, S, ANN, False), Fact(4, S, BEN, True))


BROKEN = ["", "to,status\n", "from,to,to,status\n", 'from,to,status\n"a\n', "a;b;c\n"]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_such_file_is_refused_whole(text: str) -> None:
    """Without the head, or from an open quote on, no line can be trusted."""
    with pytest.raises(BrokenFile):
        list(read_lines(io.StringIO(text)))


def many(count: int, senders: int) -> Iterator[Fact]:
    for number in range(count):
        yield Fact(number, f"s{number % senders}", f"r{number}", True)


@pytest.mark.parametrize("senders", [1, 7, 500])
def test_slices_are_small_and_lose_nothing(senders: int) -> None:
    """At most 256 of one number at once, however many numbers there are."""
    seen = []
    for sender, part in slices(many(5_000, senders)):
        assert len(part) <= SLICE_LINES
        assert {line.sender for line in part} == {sender}
        seen += part
    assert sorted(line.number for line in seen) == list(range(5_000))


def test_of_a_pair_the_last_line_counts() -> None:
    """By its time, also when other lines stand between; an opt-in without proof counts for
    nothing beside an opt-out."""
    proven = {"time_ms": 2_000, "proof": "text: 17"}
    lines = [
        Fact(1, S, ANN, False, **proven),
        Fact(2, S, BEN, True),
        Fact(3, S, ANN, True, time_ms=1_000),
        Fact(4, S, BEN, False),
    ]
    ((_, part),) = slices(lines)
    assert {line.recipient: line.opt_out for line in part} == {ANN: False, BEN: True}


def test_a_file_is_read_in_constant_memory() -> None:
    """Ten times the lines take no more memory: never more than the slices that fill up."""

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in slices(many(count, senders=count)):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(10 * MAX_HELD) < 1.3 * peak(MAX_HELD)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A demo installation, no server."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path, log_format="json"), store)
    store.close()
    return tmp_path


def invoke(data: Path, *arguments: str, text: str | None = None, code: int = 0):
    result = CliRunner().invoke(cli, [*arguments, "--data", str(data)], input=text)
    assert result.exit_code == code, result.output
    return result


def test_a_pipe_is_read_twice_too(data: Path) -> None:
    """Standard input, RingCentral's columns; an import again changes nothing."""
    sender = read_credentials(data).senders[0]
    text = f"FROM,TO,STATUS,SOURCE\n{sender},{ANN},OptOut,Recipient\n{sender},{BEN},OptOut,\n"
    for changed in (2, 0):
        done = invoke(data, "consent", "import", "-", "--json", text=text)
        assert json.loads(done.stdout)["new"] == changed


def test_an_account_is_exported_whole(data: Path) -> None:
    """All its numbers, in an order that does not change; times in UTC."""
    senders = read_credentials(data).senders
    rows = "".join(f"{s},+1206555{n:04d},optout\n" for s in senders for n in range(1_200))
    invoke(data, "consent", "import", "-", text="from,to,status\n" + rows)
    account = read_credentials(data).account_id
    done = invoke(data, "consent", "export", "--account", account)
    head, *lines = done.stdout.splitlines()
    assert head == "from,to,status,source,changed_at,category"
    assert [line.rsplit(",", 2)[0] for line in lines] == sorted(
        f"{row},account" for row in rows.splitlines()
    )
    assert lines[0].endswith("Z,")
    again = invoke(data, "consent", "import", "-", "--json", text=done.stdout)
    assert json.loads(again.stdout)["new"] == 0


def test_a_broken_file_imports_nothing(data: Path) -> None:
    """Not even with --skip-bad-lines: what follows was not read."""
    sender = read_credentials(data).senders[0]
    text = f'from,to,status\n{sender},{ANN},optout\n{sender},"{BEN},optout\n'
    done = invoke(data, "consent", "import", "-", "--skip-bad-lines", text=text, code=1)
    assert "nothing was imported" in done.output
    assert "none" in invoke(data, "consent", "list", "--from", sender).stderr


def test_an_erased_person_stays_erased_by_an_import(data: Path) -> None:
    """The list that still holds the number brings no record back; the pair is blocked anyway."""
    made = read_credentials(data)
    text = f"from,to,status\n{made.senders[0]},{ANN},optout\n"
    invoke(data, "consent", "import", "-", text=text)
    invoke(data, "erase", ANN, "--account", made.account_id)
    done = invoke(data, "consent", "import", "-", "--json", text=text)
    assert json.loads(done.stdout)["known"] == 1
    assert "none" in invoke(data, "consent", "list", "--from", made.senders[0]).stderr
