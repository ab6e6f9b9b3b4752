"""Checkpoints: what the chains ended with at a moment, signed and kept outside the database.

Whoever rewrites a whole chain, or cuts its end off and sets its head back, leaves a ledger that
is sound in itself. Only a note of an earlier end, kept where the writer has no access, shows it.
The encoding is fixed in docs/ledger.md.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from stopline.core.errors import InvalidField
from stopline.core.ledger import FIRST_HASH, LedgerFault, encode_fields

CHECKPOINT_FORMAT = "stopline-checkpoint/1"
_HASH_CHARS = len(FIRST_HASH)
_SIGNATURE_CHARS = 128


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last entry of one chain: its position (how many there are) and its hash."""

    bucket: int
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The ends of all chains with an entry, in order of bucket, at `time_ms`."""

    time_ms: int
    ends: tuple[ChainEnd, ...]

    @property
    def entry_count(self) -> int:
        """Entries of all chains together."""
        return sum(end.position for end in self.ends)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its Ed25519 signature, 64 bytes in lower-case hexadecimal."""

    checkpoint: Checkpoint
    signature: str


def checkpoint_bytes(checkpoint: Checkpoint) -> bytes:
    """What is signed: format, time, number of entries, number of ends, each end."""
    values: list[str | int | None] = [
        CHECKPOINT_FORMAT,
        checkpoint.time_ms,
        checkpoint.entry_count,
        len(checkpoint.ends),
    ]
    for end in checkpoint.ends:
        values += [end.bucket, end.position, end.hash]
    return encode_fields(values)


def render_checkpoint(signed: SignedCheckpoint) -> str:
    """One line of JSON, without its line end."""
    checkpoint = signed.checkpoint
    return json.dumps(
        {
            "format": CHECKPOINT_FORMAT,
            "time_ms": checkpoint.time_ms,
            "entries": checkpoint.entry_count,
            "heads": [[end.bucket, end.position, end.hash] for end in checkpoint.ends],
            "signature": signed.signature,
        },
        separators=(",", ":"),
    )


def parse_checkpoint(line: str) -> SignedCheckpoint:
    """Read a line that `render_checkpoint` wrote. Raises InvalidField."""
    try:
        value = json.loads(line)
        if value["format"] != CHECKPOINT_FORMAT:
            raise InvalidField("format", "is not one that this version reads")
        ends = tuple(_parse_end(*head) for head in value["heads"])
        checkpoint = Checkpoint(int(value["time_ms"]), ends)
        if checkpoint.entry_count != value["entries"]:
            raise InvalidField("entries", "is not the sum of the heads")
        signature = _hexadecimal(value["signature"], _SIGNATURE_CHARS)
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidField("checkpoint", f"is no line of a checkpoint file ({error})") from None
    return SignedCheckpoint(checkpoint, signature)


def _parse_end(bucket: int, position: int, value: str) -> ChainEnd:
    return ChainEnd(int(bucket), int(position), _hexadecimal(value, _HASH_CHARS))


def _hexadecimal(text: str, chars: int) -> str:
    if len(bytes.fromhex(text)) * 2 != chars:
        raise ValueError("a hash or signature of the wrong length")
    return text


def check_ends(
    seen: Iterable[ChainEnd], stored: dict[tuple[int, int], str]
) -> Iterable[LedgerFault]:
    """Ends that a checkpoint saw and the chain does not hold any more.

    `stored`: the hash of the entry at each of these (bucket, position), where there is one.
    """
    for end in seen:
        found = stored.get((end.bucket, end.position))
        if found is None:
            yield LedgerFault(end.bucket, end.position, "cut off: a checkpoint saw this entry")
        elif found != end.hash:
            yield LedgerFault(
                end.bucket, end.position, "rewritten: a checkpoint saw another entry here"
            )
