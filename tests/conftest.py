"""Rules for the whole test run."""

import os
from collections.abc import Generator, Iterator
from typing import TypeVar

import pytest

from support.postgres import Cluster, private_cluster
from support.scale import SCALE

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
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
