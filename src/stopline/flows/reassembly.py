"""Long texts that come in parts: kept until they are whole, read as they are when they will not be.

A part lies in the store before its carrier is told so. What an incomplete text says can opt out
and nothing else: nobody is opted in by half a sentence.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from stopline.core.carriage import Inbound
from stopline.store.inbound_parts import ChainKey, OpenChain, PartRow
from stopline.store.tx import Tx

# How long the other parts of a text are waited for.
PART_WAIT_MS = 300_000
# Texts of one person that may be incomplete at once; the oldest is read when there are more.
MAX_CHAINS_OF_SOURCE = 4
# Parts that wait in one bucket, about 16 MiB of rows; the oldest are read when there are more.
MAX_PARTS_OF_BUCKET = 10_000
# Overdue parts that one transaction reads, so that no STOP waits for it.
OVERDUE_LIMIT = 200

_FOREVER_MS = 2**62


def join_parts(tx: Tx, bucket: int, inbounds: Sequence[Inbound]) -> list[Inbound]:
    """Keep the parts among the inbounds; returns the rest, with every text that is complete now
    and those that had to make room."""
    parts = [inbound for inbound in inbounds if inbound.part is not None]
    if not parts:
        return list(inbounds)
    tx.inbound_parts.add(bucket, [_row(inbound) for inbound in parts])
    chains = tx.inbound_parts.chains_of(bucket, list({inbound.source for inbound in parts}))
    due = [chain.key for chain in chains if chain.count >= chain.total]
    due += _too_many_of_one([chain for chain in chains if chain.count < chain.total])
    due += _too_many_in_all(tx, bucket)
    whole = [inbound for inbound in inbounds if inbound.part is None]
    return whole + _take(tx, bucket, due)


def take_overdue(tx: Tx, bucket: int) -> list[Inbound]:
    """The texts whose missing parts will not come any more, as far as they are there."""
    before_ms = tx.now_ms - PART_WAIT_MS
    return _take(tx, bucket, tx.inbound_parts.oldest(bucket, before_ms, OVERDUE_LIMIT))


def _too_many_of_one(chains: Sequence[OpenChain]) -> list[ChainKey]:
    by_source: dict[str, list[OpenChain]] = defaultdict(list)
    for chain in chains:
        by_source[chain.key.source].append(chain)
    return [
        chain.key
        for its_chains in by_source.values()
        for chain in sorted(its_chains, key=lambda c: c.began_ms)[:-MAX_CHAINS_OF_SOURCE]
    ]


def _too_many_in_all(tx: Tx, bucket: int) -> list[ChainKey]:
    excess = tx.inbound_parts.count(bucket) - MAX_PARTS_OF_BUCKET
    return tx.inbound_parts.oldest(bucket, _FOREVER_MS, excess) if excess > 0 else []


def _take(tx: Tx, bucket: int, keys: Iterable[ChainKey]) -> list[Inbound]:
    by_chain: dict[ChainKey, list[PartRow]] = defaultdict(list)
    for part in tx.inbound_parts.take(bucket, list(dict.fromkeys(keys))):
        by_chain[part.key].append(part)
    return [_join(sorted(parts, key=lambda p: p.number)) for parts in by_chain.values()]


def _row(inbound: Inbound) -> PartRow:
    part = inbound.part
    assert part is not None
    return PartRow(
        source=inbound.source,
        destination=inbound.destination,
        carrier=inbound.carrier,
        chain=part.key,
        number=part.number,
        total=part.total,
        # JSON keeps lone surrogates, which the store would refuse.
        body=json.dumps(inbound.text),
        readings=json.dumps(inbound.readings),
        raw_text=inbound.raw.hex(),
        session=inbound.session,
        received_ms=inbound.received_at_ms,
        carrier_ms=inbound.carrier_time_ms,
    )


def _join(parts: Sequence[PartRow]) -> Inbound:
    """One text of what is there, in order."""
    text = _pair_surrogates("".join(json.loads(part.body) for part in parts))
    readings = _join_readings([json.loads(part.readings) for part in parts])
    if len(parts) < parts[0].total:
        # The words that name the gap keep it from being anything but prose.
        readings = (text, *readings)
        text = f"{text} [{len(parts)} of {parts[0].total} parts received]"
    last = max(parts, key=lambda part: part.received_ms)
    return Inbound(
        carrier=last.carrier,
        source=last.source,
        destination=last.destination,
        text=text,
        raw=b"".join(bytes.fromhex(part.raw_text) for part in parts),
        reference=None,
        session=last.session,
        received_at_ms=last.received_ms,
        carrier_time_ms=last.carrier_ms,
        readings=readings,
    )


def _join_readings(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Other readings of the whole: place by place, where every part has one."""
    if len({len(readings) for readings in parts}) != 1:
        return ()
    together = zip(*parts, strict=True)
    return tuple(_pair_surrogates("".join(one)) if all(one) else "" for one in together)


def _pair_surrogates(text: str) -> str:
    """A character whose halves came in two parts is one again."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
