"""The consent journal: a restored store sends nothing before it was replayed (S28)."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.config import Settings
from stopline.core.errors import StoreUnavailable
from stopline.core.ledger import Channel
from stopline.flows.consent import Author
from stopline.flows.erasure import erase_person
from stopline.flows.journal import ends_of_chains
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.journal_file import JournalDamaged, JournalFile
from stopline.journal_service import StoreBehindJournal
from stopline.store.base import BaseStore
from stopline.store_service import DATABASE_NAME, open_database
from support.postgres import Cluster
from support.world import ACCOUNT, SENDER, World, person, real_clock_ms

PEOPLE = [person(number) for number in range(100)]
ANN, BEN, CAT = (person(number) for number in (200, 201, 202))
RESTORED = "restored_copy"


class Disk(World):
    """A world whose store is opened as the server opens it, with its journal."""

    def __init__(self, folder: Path, database: str | None, journal: Path | None) -> None:
        self.settings = Settings(
            data=folder / "data", database_url=database or "", consent_journal=journal
        )
        super().__init__(folder, real_clock_ms, database=database)

    def _open(self) -> BaseStore:
        self.settings.data.mkdir(exist_ok=True)
        return open_database(self.settings)


class Machine:
    """A store, its journal on another path, and its backups."""

    def __init__(self, folder: Path, cluster: Cluster | None, stack: ExitStack) -> None:
        self.folder = folder
        self.journal = folder / "elsewhere" / "consent.journal"
        self._cluster = cluster
        self._stack = stack
        self.url = stack.enter_context(cluster.database()) if cluster else None
        self._backup: str | None = None

    def start(self, *, journal: bool = True) -> Disk:
        return Disk(self.folder, self.url, self.journal if journal else None)

    def back_up(self) -> None:
        """A copy of the store as it is, with nobody in it."""
        if self._cluster is None:
            shutil.copytree(self.folder / "data", self.folder / "backup", dirs_exist_ok=True)
        else:
            assert self.url is not None
            name = _name(self.url)
            self._backup = self._stack.enter_context(self._cluster.database(name))

    def restore(self) -> None:
        """The copy is in the place of the store."""
        if self._cluster is None:
            for path in (self.folder / "data").glob(f"{DATABASE_NAME}*"):
                path.unlink()
            shutil.copy(self.folder / "backup" / DATABASE_NAME, self.folder / "data")
        else:
            assert self._backup is not None
            self.url = self._stack.enter_context(self._cluster.database(_name(self._backup)))

    def command(self, *words: str) -> tuple[int, Any]:
        """What `stopline journal` says."""
        known = {"STOPLINE_CONSENT_JOURNAL": str(self.journal)}
        if self.url:
            known["STOPLINE_DATABASE_URL"] = self.url
        arguments = ["journal", *words, "--json", "--data", str(self.folder / "data")]
        done = CliRunner(env=known).invoke(cli, arguments)
        return done.exit_code, json.loads(done.stdout) if done.stdout else done.output


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


@pytest.fixture(params=["sqlite", "postgres"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Machine]:
    cluster = request.getfixturevalue("cluster") if request.param == "postgres" else None
    with ExitStack() as stack:
        yield Machine(tmp_path, cluster, stack)


def ends(world: World) -> Any:
    return world.store.read_now(ends_of_chains)


def is_sound(world: World) -> bool:
    """Chains verify and say what the state of consent is."""
    faults = world.store.read_now(lambda tx: list(verify_ledger(tx)))
    differences = world.store.read_now(
        lambda tx: [one for bucket in range(64) for one in compare_with_ledger(tx, bucket)]
    )
    return not faults and not differences


def lose_a_hundred(machine: Machine) -> Any:
    """A hundred STOPs and a START after the backup; the ends of the chains with them."""
    world = machine.start()
    world.text(BEN, "STOP")
    world.send(CAT)
    world.close()
    machine.back_up()
    world = machine.start()
    for who in PEOPLE:
        world.text(who, "STOP")
    world.text(BEN, "START")
    expected = ends(world)
    world.close()
    machine.restore()
    return expected


def test_a_restored_store_is_refused_and_replayed(machine: Machine) -> None:
    """100 of 100 are out again, by the very same entries of the ledger, and only then it sends."""
    expected = lose_a_hundred(machine)
    with pytest.raises(StoreBehindJournal, match="stopline journal replay"):
        machine.start()
    code, found = machine.command("check")
    assert (code, found["missing"]) == (1, 101)
    code, done = machine.command("replay")
    assert (code, done["entries"], done["diverged"]) == (0, 101, False)
    world = machine.start()
    assert all(world.is_denied(who) for who in PEOPLE)
    assert not world.is_denied(BEN)
    assert ends(world) == expected
    assert is_sound(world)
    world.send(*PEOPLE)
    left = [s.recipient for s in world.hand_over() if "NETWORK" not in s.text]
    assert left == [CAT]
    world.close()
    assert machine.command("check") == (0, {"missing": 0})


def test_without_a_journal_the_restored_store_texts_them_all(machine: Machine) -> None:
    """The control: nothing tells the backup from the store."""
    lose_a_hundred(machine)
    world = machine.start(journal=False)
    world.send(*PEOPLE)
    left = {s.recipient for s in world.hand_over() if "NETWORK" not in s.text}
    world.close()
    assert len(left & set(PEOPLE)) == 100 or len(left) == 101


def test_a_replay_that_was_cut_off_goes_on(machine: Machine, monkeypatch: Any) -> None:
    """Every piece is one transaction; what is there already is not written twice."""
    from stopline import journal_replay

    expected = lose_a_hundred(machine)
    monkeypatch.setattr(journal_replay, "PIECE_LINES", 7)
    pieces = journal_replay.JournalReplay._pieces

    def some(self: Any) -> Iterator[Any]:
        for _, piece in zip(range(5), pieces(self), strict=False):
            yield piece
        raise StoreUnavailable("cut off")

    monkeypatch.setattr(journal_replay.JournalReplay, "_pieces", some)
    assert machine.command("replay")[0] == 1
    with pytest.raises(StoreBehindJournal):
        machine.start()
    monkeypatch.setattr(journal_replay.JournalReplay, "_pieces", pieces)
    assert machine.command("replay")[1]["entries"] == 101 - 34
    world = machine.start()
    assert ends(world) == expected
    world.close()


def test_a_ledger_that_went_on_without_its_journal_gets_the_denials(machine: Machine) -> None:
    """In doubt a person is out: opt-ins are left out, and the next start takes it as it is."""
    lose_a_hundred(machine)
    world = machine.start(journal=False)
    world.text(PEOPLE[0], "STOP")
    world.close()
    with pytest.raises(StoreBehindJournal):
        machine.start()
    done = machine.command("replay")[1]
    assert done["diverged"] is True
    assert done["opt_ins_left_out"] == 1
    world = machine.start()
    assert all(world.is_denied(who) for who in (*PEOPLE, BEN))
    assert is_sound(world)
    world.close()


def test_an_erasure_is_done_again(machine: Machine) -> None:
    """The backup brought the person back; the journal takes them away, and they stay blocked."""
    world = machine.start()
    world.text(ANN, "STOP")
    world.close()
    machine.back_up()
    world = machine.start()
    author = Author(ACCOUNT, Channel.COMMAND, "test")
    for bucket in range(64):
        world.store.transact_now(erase_person, author, bucket, ANN)
    world.close()
    machine.restore()
    assert machine.command("replay")[1]["persons_erased_again"] == 1
    world = machine.start()
    assert ANN not in [m.recipient for m in world.messages()]
    world.send(ANN)
    assert world.hand_over() == []
    assert is_sound(world)
    world.close()


def test_nobody_hears_of_a_stop_that_the_journal_does_not_hold(machine: Machine) -> None:
    """Its carrier is told "not now"; once there is room both are in the journal."""
    world = machine.start()
    machine.journal.rename(machine.journal.with_name("away"))
    machine.journal.mkdir()
    with pytest.raises(StoreUnavailable, match="journal can not be written"):
        world.text(ANN, "STOP")
    assert world.is_denied(ANN)
    machine.journal.rmdir()
    machine.journal.with_name("away").rename(machine.journal)
    world.text(BEN, "STOP")
    file = JournalFile(machine.journal, world.store.keys.number)
    lines = [line for _, line in file.read() if hasattr(line, "entry")]
    plain = [file.open_record(line)[1] for line in lines]
    assert [one.recipient for one in plain if one] == [ANN, BEN]
    assert ANN.encode() not in machine.journal.read_bytes()
    world.close()


def test_a_crash_between_commit_and_journal_is_made_good(machine: Machine) -> None:
    """The store may be ahead: the next start carries over what the journal lacks."""
    world = machine.start()
    world.text(ANN, "STOP")
    world.close()
    world = machine.start(journal=False)
    world.text(BEN, "STOP")
    world.close()
    with machine.journal.open("ab") as file:
        file.write(b'{"record": {"ent')  # and a line that was cut off
    world = machine.start()
    world.text(CAT, "STOP")
    expected = ends(world)
    world.close()
    machine.back_up()
    read = JournalFile(machine.journal, world.store.keys.number).read()
    assert sum(hasattr(line, "entry") for _, line in read) == sum(e.position for e in expected)


def test_a_damaged_journal_is_no_journal(machine: Machine) -> None:
    """A line in the middle that can not be read is said, not skipped."""
    world = machine.start()
    for who in PEOPLE[:3]:
        world.text(who, "STOP")
    world.close()
    lines = machine.journal.read_bytes().splitlines(keepends=True)
    machine.journal.write_bytes(b"".join([*lines[:2], b"no line\n", *lines[2:]]))
    with pytest.raises(JournalDamaged):
        machine.start()


def test_the_journal_is_for_its_owner_alone(machine: Machine) -> None:
    """It holds who said stop."""
    machine.start().close()
    assert machine.journal.stat().st_mode & 0o077 == 0
    assert SENDER.encode() not in machine.journal.read_bytes()
