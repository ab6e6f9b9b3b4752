"""The race table: every interleaving in which a STOP could be late, lost or undone.

Those that several nodes on one PostgreSQL can meet are forced here, by a barrier or a pause in the
place where they hurt, each with a control that has the mechanism taken out and has to lose. The
others name the test that forces them where they arise, or say why they can not.
"""

import ast
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from support.paused import PausedNode
from support.postgres import Cluster
from support.postgres_proxy import PostgresProxy
from support.proof import record
from support.races import controls, gate_races, pause_races, text_races, work_races
from support.races.play import MovableClock, Nodes, Play
from support.scale import figure
from support.world import World

TESTS = Path(__file__).parent.parent
FULL_RUNS = 200
# A control loses nearly each time; it may take a few runs where two threads have to meet.
CONTROL_RUNS = 10


@dataclass(frozen=True)
class Race:
    """One row of the table, as nodes meet it; `run` gives how often it was lost. `control` takes
    the mechanism out."""

    row: int
    what: str
    run: Callable[[Play], int]
    control: controls.Control
    full_runs: int = FULL_RUNS

    @property
    def runs(self) -> int:
        return figure(self.full_runs // 10, self.full_runs)


@dataclass(frozen=True)
class Elsewhere:
    """A row that is no race of nodes: why, and the test that forces it where it arises."""

    row: int
    what: str
    why: str
    test: str


# fmt: off
FORCED = [
    Race(1, "accepted, STOP, claimed",
         gate_races.accepted_then_stop_then_claim, controls.checked_at_accept_only),
    Race(2, "the claim looks, STOP commits, the claim commits, bytes",
         gate_races.stop_while_a_claim_is_uncommitted, controls.checked_at_claim_only),
    Race(3, "claimed, STOP commits, bytes",
         gate_races.stop_between_claim_and_write, controls.checked_at_claim_only),
    Race(4, "the hand-over waits for the STOP's lock with an old view",
         gate_races.lock_asked_for_while_a_stop_commits, controls.look_before_lock),
    Race(5, "looked, STOP waits, bytes, STOP commits",
         gate_races.stop_while_bytes_are_written, controls.no_lock),
    Race(6, "the first STOP ever of a pair: no row to lock",
         gate_races.first_stop_of_a_pair, controls.rows_locked_only),
    Race(7, "bytes wait in user space, STOP, they are flushed",
         pause_races.carrier_does_not_read, controls.bytes_kept_back),
    Race(8, "segments of one text, STOP between them",
         gate_races.stop_between_segments, controls.no_lock),
    Race(9, "bytes, crash before the mark, STOP, the next node tries again",
         gate_races.written_then_dead_then_stop, controls.checked_at_accept_only),
    Race(10, "the sender stands still after the look, the STOP waits",
         pause_races.sender_stands_still, controls.persons_not_locked),
    Race(11, "the same, and its session with the database ends",
         pause_races.sender_stands_still_and_loses_its_backend, controls.deadline_off),
    Race(12, "a node is cut off from the database and still has its carrier",
         pause_races.cut_off_from_the_database, controls.checked_at_claim_only),
    Race(13, "STOP commits, crash, the carrier brings it again",
         text_races.stop_committed_then_dead_then_again, controls.effects_after_the_commit),
    Race(14, "the carrier hears of the STOP before its commit",
         pause_races.acknowledged_before_the_commit, controls.acknowledge_first),
    Race(15, "COMMIT is sent, the connection ends, outcome unknown",
         text_races.commit_whose_answer_is_lost, controls.unknown_is_success),
    Race(17, "START not answered, STOP, the START again",
         text_races.copy_of_an_unanswered_start, controls.no_start_credits),
    Race(17, "the same, before anybody noticed that the first connection is gone",
         text_races.copy_before_the_break_is_noticed, controls.starts_not_remembered),
    Race(17, "the same, and the process with the first connection died",
         text_races.copy_after_a_crash, controls.starts_not_remembered),
    Race(18, "START, then STOP, and the STOP arrives first",
         text_races.later_stop_arrives_first, controls.carrier_times_ignored),
    Race(19, "STOP, then START, and the STOP arrives last",
         text_races.older_stop_arrives_last, controls.dated_stops_ignored),
    Race(20, "copies of a STOP on two nodes at once",
         text_races.copies_on_two_nodes_at_once, controls.copies_not_told_apart),
    Race(20, "two STOPs of one person on two nodes at once",
         text_races.stops_of_one_person_at_once, controls.persons_not_locked),
    Race(21, "STOP, START, and the old backlog",
         gate_races.backlog_after_stop_and_start, controls.generation_off),
    Race(22, "START commits, a new text at once",
         gate_races.text_after_a_start, controls.start_forgotten),
    Race(23, "two nodes claim the same message",
         work_races.claims_at_once, controls.claims_shared_out_twice),
    Race(24, "a lease ends while its owner goes on sending",
         work_races.lease_ends_while_its_owner_works, controls.lease_by_clock),
    Race(25, "a receipt before the answer that names its message",
         work_races.receipt_before_its_answer, controls.early_receipts_not_waited_for),
    Race(26, "STOP for all numbers while five senders claim",
         gate_races.denial_of_all_numbers_while_five_senders_claim, controls.no_lock, 500),
    Race(27, "an opt-out's event is retried, the opt-in's comes first",
         text_races.later_event_before_an_earlier_one, controls.followers_not_held),
    Race(28, "a reply is queued, six minutes pass",
         gate_races.late_reply, controls.lifetime_off),
    Race(29, "a reply is written and its answer lost",
         gate_races.uncertain_reply, controls.replies_like_others),
    Race(30, "the number moves to another account",
         gate_races.number_moves_to_another_account, controls.consent_by_account),
    Race(31, "a newer version keeps the gate in another way",
         gate_races.protocol_raised_after_the_claim, controls.any_protocol),
    Race(33, "a STOP in two parts, crash between them",
         text_races.parts_of_a_stop_on_two_nodes, controls.parts_in_memory),
    Race(33, "the parts of a STOP on two nodes at once",
         text_races.parts_of_a_stop_at_once, controls.persons_not_locked),
    Race(35, "all connections busy with lists and batches",
         text_races.connections_full_of_others, controls.one_lane_for_all),
]
ELSEWHERE = [
    Elsewhere(16, "the commit is not on the disk, power cut",
              "a crash of the database, not an order of two transactions",
              "guarantee/test_postgres_crash.py::test_no_acknowledged_stop_is_lost_by_a_crash"),
    Elsewhere(32, "last night's copy is restored",
              "an operator's act while nothing runs: a row of another kind",
              "guarantee/test_journal.py::test_a_restored_store_is_refused_and_replayed"),
    Elsewhere(34, "a STOP in another encoding than the declared one",
              "reading a text needs no store: there is nobody to race with",
              "carriers/smpp/test_with_store.py::test_a_stop_in_a_lying_encoding_is_a_stop"),
]
# fmt: on


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Iterator[Nodes]:
    """Shared by all races: no run meets the rows of another."""
    clock = MovableClock()
    folder = tmp_path_factory.mktemp("races")
    with (
        cluster.database() as url,
        psycopg.connect(url, autocommit=True) as watch,
        TemporaryDirectory(prefix="stopline-wire-", dir="/tmp") as wire,
        ThreadPoolExecutor(16) as threads,
        ExitStack() as stack,
    ):
        proxy = PostgresProxy(Path(wire), cluster.folder)
        stack.callback(proxy.close)
        cuttable = url.replace(str(cluster.folder), wire)
        worlds = [
            World(folder, clock, senders=(), database=address) for address in (url, url, cuttable)
        ]
        for world in worlds:
            stack.callback(world.close)
        paused_node = PausedNode(url)
        stack.callback(paused_node.close)
        yield Nodes(worlds, clock, watch, threads, proxy, paused_node)


def name_of(race: Race) -> str:
    return f"{race.row}-{race.run.__name__}"


@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.parametrize("race", FORCED, ids=name_of)
def test_the_race_is_never_lost(nodes: Nodes, race: Race) -> None:
    """Forced again and again: no message late, no STOP lost, nothing told twice."""
    lost = sum(race.run(Play(nodes)) for _ in range(race.runs))
    record(f"race {race.row}: {race.what}", race.runs, late=lost)
    assert lost == 0


@pytest.mark.parametrize("race", FORCED, ids=name_of)
def test_the_race_is_won_and_its_control_loses(
    nodes: Nodes, race: Race, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the mechanism taken out the same interleaving does harm."""
    assert race.run(Play(nodes)) == 0
    race.control(monkeypatch, nodes.worlds)
    for runs in range(1, CONTROL_RUNS + 1):
        if lost := race.run(Play(nodes)):
            record(f"race {race.row}, control: {race.what}", runs, late=lost)
            return
    pytest.fail(f"{CONTROL_RUNS} runs without {race.control.__name__} did no harm")


def test_every_row_of_the_table_is_here() -> None:
    """Forced, or with the reason why it can not be; the test that is named exists."""
    rows = {race.row for race in FORCED} | {one.row for one in ELSEWHERE}
    assert rows == set(range(1, 36))
    for one in ELSEWHERE:
        path, _, name = one.test.partition("::")
        source = (TESTS / path).read_text("utf-8")
        defined = {node.name for node in ast.walk(ast.parse(source)) if hasattr(node, "name")}
        assert name in defined, one
