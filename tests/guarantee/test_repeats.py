"""What comes more than once: requests whose answer was lost, receipts twice and out of order."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from stopline.core.messages import MessageStatus
from support.api import ACCOUNT, Answer, Api
from support.live import live
from support.processes import Installation
from support.proof import record
from support.scale import figure
from support.world import person


def post_and_hang_up(api: Api, port: int, body: bytes, key: str) -> None:
    """Send the whole request and cut the connection without reading the answer."""
    head = (
        f"POST {ACCOUNT}/batches HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {api.token}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(head.encode() + body)


def post_together(api: Api, sender: str, people: list[str], key: str, times: int) -> list[Answer]:
    """The same request several times at once."""
    answers: list[Answer] = []

    def post() -> None:
        answers.append(api.send(sender, people, key=key))

    threads = [threading.Thread(target=post) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.mark.slow
def test_a_repeated_request_is_one_batch(tmp_path: Path) -> None:
    """R18: cut after it was sent, repeated three times, then twice at once: one batch, one id;
    a request that meets its twin is told so."""
    settings = {f"STOPLINE_RATE_LIMIT_{name}": "0" for name in ("LIGHT", "MEDIUM", "HEAVY")}
    installation = Installation(tmp_path, embedded=True, settings=settings)
    runs = 10
    try:
        installation.start()
        credentials = installation.credentials
        sender = credentials["senders"][0]
        api = Api(installation.port, credentials)
        api.log_in()
        for run in range(runs):
            people = [person(number) for number in range(run * 200, run * 200 + 200)]
            messages = [{"to": [one]} for one in people]
            body = {"from": sender, "text": "Your order is ready.", "messages": messages}
            post_and_hang_up(api, installation.port, json.dumps(body).encode(), f"cut-{run}")
            answers = [until_answered(api, sender, people, f"cut-{run}") for _ in range(3)]
            answers += post_together(api, sender, people, f"cut-{run}", 2)
            assert {answer.status for answer in answers} == {201}
            assert len({answer.body["id"] for answer in answers}) == 1
            together = post_together(api, sender, people, f"twin-{run}", 3)
            assert {answer.status for answer in together} <= {201, 409, 429}
            assert len({answer.body["id"] for answer in together if answer.status == 201}) == 1
        batches = installation.rows("select count(*) from batches")[0][0]
    finally:
        installation.close()
    record("R18 repeated requests", runs * 2, batches=batches)
    assert batches == runs * 2


def until_answered(api: Api, sender: str, people: list[str], key: str) -> Answer:
    """Repeat while the first request still runs."""
    for _ in range(100):
        answer = api.send(sender, people, key=key)
        if answer.status not in {409, 429}:
            return answer
        time.sleep(0.02)
    raise http.client.HTTPException("the first request never ended")


# Last four digits of a number -> how its messages end, whatever order their receipts come in.
BEHAVIOURS = {
    "0011": MessageStatus.DELIVERED,  # twice
    "0012": MessageStatus.DELIVERED,  # an older failure after it
    "0013": MessageStatus.DELIVERED,  # before the answer
    "0003": MessageStatus.DELIVERY_FAILED,
    "0005": MessageStatus.DELIVERY_FAILED,
}


def test_receipts_early_twice_and_out_of_order(tmp_path: Path) -> None:
    """R10: a message only moves forward, and what the newest receipt says stays."""
    count = figure(ci=200, full=700)
    people = [f"+1312{200 + number}{last}" for number in range(count) for last in BEHAVIOURS]

    async def scenario() -> None:
        async with live(tmp_path) as at:
            await at.send(people)
            await at.until(at.is_settled, "messages are left")
            # The late receipts are still on their way.
            await asyncio.sleep(1)
            ended = Counter((m.recipient[-4:], m.status) for m in at.world.messages())
            record("R10 receipts in any order", len(people), kinds=len(ended), lost=0)
            assert ended == dict.fromkeys(BEHAVIOURS.items(), count)

    asyncio.run(scenario())
