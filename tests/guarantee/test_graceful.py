"""R16: SIGTERM under load leaves nothing uncertain."""

import time
from itertools import count
from pathlib import Path

import pytest

from stopline.carriers.simulator.oracle import check_journal
from stopline.core.messages import FINAL_STATUSES, MessageStatus
from support.api import Api, Posting
from support.handsets import Handsets
from support.processes import Installation
from support.proof import record
from support.scale import figure
from support.world import person

STOPS = figure(ci=5, full=50)
# The bound of a graceful stop.
LIMIT_SECONDS = 10.0
SETTINGS = {f"STOPLINE_RATE_LIMIT_{group}": "0" for group in ("LIGHT", "MEDIUM", "HEAVY", "AUTH")}


@pytest.mark.heavy
@pytest.mark.timeout(60 + 30 * STOPS)
def test_a_graceful_stop_leaves_nothing_uncertain(tmp_path: Path) -> None:
    """Exit 0 in time, every answer awaited and written, running requests finished."""
    installation = Installation(tmp_path, settings=SETTINGS)
    installation.start_simulator(latency_ms="100")
    slowest = 0.0
    try:
        installation.start().terminate()
        credentials = installation.credentials
        sender = credentials["senders"][0]
        api = Api(installation.port, credentials)
        posting = Posting(sender, map(person, count()))
        for _ in range(STOPS):
            server = installation.start()
            api.log_in()
            posting.start(api)
            handsets = Handsets(installation.port, sender, map(person, count()))
            handsets.start()
            handsets.wait_for(20)
            began = time.monotonic()
            assert server.terminate(LIMIT_SECONDS) == 0
            slowest = max(slowest, time.monotonic() - began)
            posting.end()
            handsets.end()
            found = installation.statuses()
            assert not found.keys() & {MessageStatus.CLAIMED, MessageStatus.UNCERTAIN}
            assert found.get(MessageStatus.SENT, 0) + found.get(MessageStatus.DELIVERED, 0) > 0
        server = installation.start()
        api.log_in()
        posting.finish(api)
        server.until(lambda: set(installation.statuses()) <= FINAL_STATUSES, "messages are left")
        assert server.terminate(LIMIT_SECONDS) == 0
        bulk = "select count(*) from messages where direction = 0 and purpose = 0"
        assert installation.rows(bulk) == [(posting.accepted,)]
        assert check_journal(installation.journal) == []
        assert installation.leaks("Your order is ready.") == []
    finally:
        installation.close()
    record(
        "R16 graceful stop",
        STOPS,
        slowest_ms=round(slowest * 1_000),
        messages=posting.accepted,
        ambiguous=0,
        late=0,
        lost=0,
    )
