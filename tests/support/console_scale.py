"""A console with a million messages and opt-outs: the worst places for what its pages ask."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from stopline.core.ids import pack_id
from stopline.core.numbers import bucket_of
from stopline.core.reviews import ReviewState
from support.console_site import Browser, Site
from support.scaling import SENDERS, Scaled
from support.world import ACCOUNT, World

DAY_MS = 86_400_000
# Shorter than the retention, so that every age is there.
DAYS = 29
# Of each sender the oldest thousandth came in; the next ones failed for a rare reason. Whoever
# looks for them from the newest on passes everything else.
RARE = 20
PER_BATCH = 10

_MESSAGES = """
with recursive n (i) as (select 0 union all select i + 1 from n where i < {count} - 1)
insert into messages (bucket, id, account_id, sender, recipient, direction, purpose, status,
    failure, body, segment_count, cost_micros, batch_id, generation, lane, priority, due_ms,
    attempt, carrier, created_ms, updated_ms)
select {bucket}, {first} + (i * {step}) * 2097152, {account}, '{sender}',
    '+1' || (312 + i % 7) || (200 + (i / 9000) % 700) || (1000 + i % 9000),
    case when i < {inbound} then 1 else 0 end, 0,
    case when i < {inbound} then 4 when i < {inbound} + {rare} then 5 when i % 20 = 0 then 6
         when i % 33 = 0 then 5 else 4 end,
    case when i < {inbound} then null when i < {inbound} + {rare} then 'carrier_spam'
         when i % 20 = 0 then 'opted_out' when i % 33 = 0 then 'carrier_unavailable' end,
    case when i < {inbound} then 'Thanks, see you then' end, 1, 7000,
    case when i < {inbound} then null
         else {first} + (i / {size} * {size} * {step} - 1) * 2097152 end,
    0, 'simulated', 1, 0, 1, 'simulated', {start} + i * {step}, {start} + i * {step} + 900
from n
"""
_BATCHES = """
with recursive n (i) as (select 0 union all select i + 1 from n where i < {count} / {size} - 1)
insert into batches (bucket, id, account_id, sender, body, first_message_id, last_message_id,
    batch_size, pending, cost_micros, created_ms, updated_ms)
select {bucket}, {first} + (i * {size} * {step} - 1) * 2097152, {account}, '{sender}',
    'Your order is ready. Reply STOP to end.', {first} + (i * {size} * {step}) * 2097152,
    {first} + ((i + 1) * {size} * {step} - 1) * 2097152, {size},
    case when i < 3 then 1 else 0 end, 70000, {start} + i * {size} * {step},
    {start} + i * {size} * {step} + 900
from n
"""
_REVIEWS = """
with recursive n (i) as (select 0 union all select i + 1 from n where i < {count} / 20 - 1)
insert into reviews (bucket, id, account_id, sender, recipient, state, keyword_class, evidence,
    score, rule_set, carrier, session, received_ms, carrier_ms, created_ms, decided_ms, actor)
select {bucket}, {first} + (i * {step}) * 2097152, {account}, '{sender}',
    '+1312' || (200 + (i / 9000) % 700) || (1000 + i % 9000),
    case when i < 3 then {held} else {released} end, 'opt_out', 'request', 800, 'r', 'simulated',
    '', {start} + i * {step}, null, {start} + i * {step}, null, ''
from n
"""
_DELIVERIES = """
with recursive n (i) as (select 0 union all select i + 1 from n where i < {count} / 2 - 1)
insert into deliveries (bucket, id, account_id, subscription_id, kind, label, subject, payload,
    state, due_ms, attempts, created_ms, tried_ms, duration_ms, http_status)
select {bucket}, {first} + (i * {step} + 2) * 2097152, {account},
    case when i < 2 then {quiet} else {loud} end, 2, '/messages', 'm' || i, '{{}}',
    1, 0, 1, {start} + i * {step}, {start} + i * {step}, 12, 200
from n
"""


def fill(world: World, count: int, quiet: int, loud: int) -> None:
    """Messages, their batches, reviews and deliveries, `count` of the first, over a month."""
    each = count // len(SENDERS)
    step = DAYS * DAY_MS // each
    start = world.clock() - DAYS * DAY_MS
    for sender in SENDERS:
        bucket = bucket_of(sender)
        names: dict[str, Any] = {
            "count": each,
            "bucket": bucket,
            "first": pack_id(start, bucket, 0, 0),
            "start": start,
            "step": step,
            "account": ACCOUNT,
            "sender": sender,
            "inbound": max(5, each // 1_000),
            "rare": RARE,
            "size": PER_BATCH,
            "held": int(ReviewState.HELD),
            "released": int(ReviewState.RELEASED),
            "quiet": quiet,
            "loud": loud,
        }
        for text in (_MESSAGES, _BATCHES, _REVIEWS, _DELIVERIES):
            run_sql(world, text.format(**names))


def run_sql(world: World, sql: str) -> None:
    """One statement as it stands."""
    world.store.transact_now(lambda tx: tx.ledger._db.connection.execute(sql))


def load_opt_outs(world: World, count: int) -> None:
    """`count` opt-outs, as an import brings them."""
    Scaled(world, count, 1).load(count)


@dataclass(frozen=True)
class Timing:
    """The best of some loads of a page: what it cost the processor, and by the clock."""

    path: str
    processor_ms: float
    clock_ms: float


def time_pages(site: Site, paths: list[str], rounds: int = 3) -> Iterator[Timing]:
    """Load each page as somebody who is signed in."""
    browser = site.browser()
    for path in paths:
        yield time_page(browser, path, rounds)


def time_page(browser: Browser, path: str, rounds: int = 3) -> Timing:
    taken = []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        assert answer.status == 200, (path, answer.status)
        taken.append((time.process_time() - used, time.perf_counter() - began))
    best = [min(column) * 1_000 for column in zip(*taken, strict=True)]
    return Timing(path, *best)
