"""Rules for the whole test run."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Generator, Iterator
from typing import TypeVar

import pytest

from support.kept import KEPT, KeptStore
from support.postgres import Cluster, private_cluster
from support.scale import FULL, SCALE, figure
from support.temporary import memory_or_disk

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# For this process and for those that it starts.
tempfile.tempdir = os.environ.setdefault("TMPDIR", str(memory_or_disk()))

# In CI a skipped test is a hole in the proof, so a skip there is a failure.
SKIPS_FORBIDDEN = os.environ.get("CI") == "true" or "STOPLINE_FORBID_SKIPS" in os.environ


def _forbid_skip(report: Report) -> Report:
    if SKIPS_FORBIDDEN and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip inside a test, by a mark or by a fixture."""
    return _forbid_skip((yield))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A skip of a whole file, as importorskip does."""
    return _forbid_skip((yield))


def _give_time(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With whole figures a test takes ten times as long as CI's, and so may its limit be."""
    if SCALE <= 1:
        return
    usual = float(config.getini("timeout"))
    for item in items:
        mark = item.get_closest_marker("timeout")
        seconds = float(mark.args[0]) if mark else usual
        item.add_marker(pytest.mark.timeout(seconds * SCALE), append=False)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for all tests of a process that need it."""
    with private_cluster() as it:
        yield it


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of an empty PostgreSQL database; None stands for SQLite."""
    if request.param == "sqlite":
        yield None
        return
    with request.getfixturevalue("cluster").database() as url:
        yield url


@pytest.fixture(scope="session")
def kept_store(cluster: Cluster) -> Iterator[KeptStore]:
    """A store on PostgreSQL that tests share, one after the other."""
    with cluster.database() as url:
        store = KEPT[url] = KeptStore(url)
        yield store
        del KEPT[url]
        store.end()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of behaviour runs on both stores, unless a mark says why not."""
    if "store_url" in metafunc.fixturenames:
        only = metafunc.definition.get_closest_marker("on_sqlite")
        kinds = ["sqlite"] if only else ["sqlite", "postgres"]
        metafunc.parametrize("store_url", kinds, indirect=True)


@pytest.fixture
def store_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Where a test's world keeps its data: the emptied PostgreSQL of all, or SQLite (None)."""
    if request.param == "sqlite":
        yield None
        return
    store: KeptStore = request.getfixturevalue("kept_store")
    yield store.url
    store.empty()


# Cases of one table that run on PostgreSQL as well: the first, and some between it and the last.
# What a table tells apart is the wire's or the rules'; a proof runs them all.
CASES_ON_POSTGRES = 3 if figure(1, 10) < 10 else 1_000


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """How long tests may take, and which cases run twice."""
    _give_time(config, items)
    dropped = _left_out(items) | _of_whole_figures(items)
    if dropped:
        config.hook.pytest_deselected(items=list(dropped))
        items[:] = [item for item in items if item not in dropped]


def _of_whole_figures(items: list[pytest.Item]) -> set[pytest.Item]:
    return {item for item in items if SCALE < FULL and item.get_closest_marker("whole")}


def _left_out(items: list[pytest.Item]) -> set[pytest.Item]:
    """Of a table of cases some run on the second store, so that the suite takes its time; of the
    contract's examples all."""
    tables: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if isinstance(item, pytest.Function) and _is_case_on_postgres(item):
            tables[item.nodeid.partition("[")[0]].append(item)
    return {
        item
        for table in tables.values()
        for place, item in enumerate(table)
        if place % max(1, -(-len(table) // CASES_ON_POSTGRES))
    }


def _is_case_on_postgres(item: pytest.Function) -> bool:
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    is_example = item.nodeid.startswith("tests/contract/")
    return parameters.get("store_url") == "postgres" and not is_example
