"""Checks an export of the consent ledger with Python's standard library alone.

    python verify_ledger.py EXPORT [--checkpoints FILE] [--public-key HEX] [--number-key FILE]

One file, so that an auditor can read it whole and run it where Stopline is not installed. It
knows nothing of Stopline's code, only docs/ledger.md. Ed25519 is not in the standard library:
signatures of checkpoints are checked when the package `cryptography` is there, otherwise the
report says that they were not; positions and hashes of checkpoints are compared in any case.

Exit codes: 0 sound, 1 a fault was found, 2 the files could not be read.
"""

import argparse
import hashlib
import hmac
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

EXPORT_FORMAT = "stopline-ledger/1"
CHECKPOINT_FORMAT = "stopline-checkpoint/1"
FIRST_HASH = "0" * 64
FIELD_NAMES = (
    "bucket",
    "position",
    "account_id",
    "kind",
    "changed",
    "scope_kind",
    "sender_mac",
    "recipient_mac",
    "source",
    "channel",
    "actor",
    "carrier",
    "layer",
    "rule_set",
    "word",
    "standing",
    "message_id",
    "received_ms",
    "carrier_ms",
    "honoured_ms",
    "raw_mac",
    "normalised_mac",
)

# (bucket, position) of an entry to the hashes that checkpoints saw there.
Points = dict[tuple[int, int], set[str]]


class Unreadable(Exception):
    """A file is not what it should be; nothing can be said of the ledger."""


def encode(values: Iterable[str | int | None]) -> bytes:
    """Length-prefixed fields, as docs/ledger.md fixes them."""
    parts = []
    for value in values:
        if value is None:
            parts.append(b"\xff\xff\xff\xff")
        else:
            data = str(value).encode()
            parts.append(len(data).to_bytes(4, "big") + data)
    return b"".join(parts)


def entry_hash(entry: dict[str, Any]) -> str:
    """What the entry's hash must be."""
    fields = encode(entry[name] for name in FIELD_NAMES)
    return hashlib.sha256(bytes.fromhex(entry["previous_hash"]) + fields).hexdigest()


def read_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Each line as an object. Raises Unreadable."""
    for number, line in enumerate(lines, start=1):
        try:
            value = json.loads(line)
        except ValueError:
            raise Unreadable(f"line {number} is no JSON") from None
        if not isinstance(value, dict):
            raise Unreadable(f"line {number} is no object")
        yield value


class Verifier:
    """Goes through an export once; `faults` tells what it found."""

    def __init__(self, points: Points, number_key: bytes | None) -> None:
        self.faults: list[str] = []
        self.entry_count = 0
        self.erased_count = 0
        self._points = points
        self._number_key = number_key
        self._ends: dict[int, tuple[int, str]] = {}

    def run(self, heads: list[Any], records: Iterable[dict[str, Any]]) -> None:
        """Check entries and heads. Raises Unreadable, KeyError, ValueError, TypeError."""
        for record in records:
            self._check_entry(record["entry"], record["plain"])
        for bucket, position, value in heads:
            self._check_head(bucket, position, value)
        for bucket in sorted(self._ends):
            self._fault(bucket, 1, "a chain without a head")
        for bucket, position in sorted(self._points):
            self._fault(bucket, position, "cut off: a checkpoint saw this entry")

    def _check_entry(self, entry: dict[str, Any], plain: dict[str, Any] | None) -> None:
        bucket, position = entry["bucket"], entry["position"]
        before, previous = self._ends.get(bucket, (0, FIRST_HASH))
        if position != before + 1:
            self._fault(bucket, before + 1, "missing")
        elif entry["previous_hash"] != previous:
            self._fault(bucket, position, "does not follow the entry before it")
        if entry_hash(entry) != entry["hash"]:
            self._fault(bucket, position, "edited")
        if self._points.pop((bucket, position), {entry["hash"]}) != {entry["hash"]}:
            self._fault(bucket, position, "rewritten: a checkpoint saw another entry here")
        if plain is None:
            self.erased_count += 1
        elif not self._fits(entry, plain):
            self._fault(bucket, position, "plain values edited")
        self._ends[bucket] = (position, entry["hash"])
        self.entry_count += 1

    def _fits(self, entry: dict[str, Any], plain: dict[str, Any]) -> bool:
        salt = bytes.fromhex(plain["salt"])
        pairs = [
            (salt, plain["raw_text"], entry["raw_mac"]),
            (salt, plain["normalised_text"], entry["normalised_mac"]),
        ]
        if self._number_key is not None:
            pairs += [
                (self._number_key, plain["sender"], entry["sender_mac"]),
                (self._number_key, plain["recipient"], entry["recipient_mac"]),
            ]
        return all(
            hmac.new(k, v.encode("utf-8", "surrogatepass"), "sha256").hexdigest() == mac
            for k, v, mac in pairs
        )

    def _check_head(self, bucket: int, position: int, value: str) -> None:
        found = self._ends.pop(bucket, (0, FIRST_HASH))
        if found[0] < position:
            self._fault(bucket, found[0] + 1, "missing")
        elif found != (position, value):
            self._fault(bucket, position, "not what the head of its chain says")

    def _fault(self, bucket: int, position: int, reason: str) -> None:
        self.faults.append(f"bucket {bucket}, position {position}: {reason}")


class Checkpoints:
    """What the checkpoints up to a time saw; later ones are newer than the export."""

    def __init__(self, until_ms: int, public_key: str | None) -> None:
        self.points: Points = {}
        self.count = 0
        self.newer_count = 0
        self.checked_count = 0
        self._until_ms = until_ms
        self._public_key = public_key

    def read(self, lines: Iterable[str]) -> None:
        """Take them in. Raises Unreadable for one that contradicts itself or is forged."""
        for checkpoint in read_lines(lines):
            self.count += 1
            heads = checkpoint["heads"]
            counts = sum(position for _, position, _ in heads)
            if checkpoint["format"] != CHECKPOINT_FORMAT or checkpoint["entries"] != counts:
                raise Unreadable(f"checkpoint {self.count} contradicts itself")
            if self._public_key:
                self.checked_count += verify_signature(self._public_key, checkpoint, self.count)
            if checkpoint["time_ms"] > self._until_ms:
                self.newer_count += 1
                continue
            for bucket, position, value in heads:
                self.points.setdefault((bucket, position), set()).add(value)


def signed_bytes(checkpoint: dict[str, Any]) -> bytes:
    """What the signature of a checkpoint covers."""
    heads = checkpoint["heads"]
    values = [CHECKPOINT_FORMAT, checkpoint["time_ms"], checkpoint["entries"], len(heads)]
    return encode([*values, *(value for head in heads for value in head)])


def verify_signature(public_key: str, checkpoint: dict[str, Any], number: int) -> bool:
    """False when it can not be checked here. Raises Unreadable when it is wrong."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return False
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    try:
        key.verify(bytes.fromhex(checkpoint["signature"]), signed_bytes(checkpoint))
    except InvalidSignature:
        raise Unreadable(f"checkpoint {number} is not signed by this key") from None
    return True


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Check an export of Stopline's consent ledger.")
    parser.add_argument("export", type=Path, help="what `stopline ledger export` wrote")
    parser.add_argument("--checkpoints", type=Path, help="a copy of the checkpoints")
    parser.add_argument("--public-key", help="the key that signs checkpoints, in hexadecimal")
    parser.add_argument("--number-key", type=Path, help="number.key, to check plain numbers too")
    return parser.parse_args(arguments)


def verify(options: argparse.Namespace) -> int:
    """Check, report, and give the exit code."""
    key = options.number_key.read_bytes() if options.number_key else None
    with options.export.open() as file:
        records = read_lines(file)
        header = next(records, {})
        if header.get("format") != EXPORT_FORMAT:
            raise Unreadable(f"the first line does not say {EXPORT_FORMAT}")
        checkpoints = Checkpoints(header["time_ms"], options.public_key)
        if options.checkpoints:
            with options.checkpoints.open() as lines:
                checkpoints.read(lines)
        verifier = Verifier(checkpoints.points, key)
        verifier.run(header["heads"], records)
    report(verifier, checkpoints)
    return 1 if verifier.faults else 0


def report(verifier: Verifier, checkpoints: Checkpoints) -> None:
    """Faults, then what was looked at and what was not."""
    for fault in verifier.faults:
        sys.stdout.write(fault + "\n")
    sys.stdout.write(
        f"{verifier.entry_count} entries, {verifier.erased_count} without plain values; "
        f"{checkpoints.count} checkpoints, {checkpoints.newer_count} newer than the export, "
        f"{checkpoints.checked_count} signatures checked; {len(verifier.faults)} faults\n"
    )


def main(arguments: list[str] | None = None) -> int:
    """Entry point."""
    try:
        return verify(parse_arguments(arguments))
    except (Unreadable, OSError) as error:
        sys.stderr.write(f"cannot verify: {error}\n")
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        sys.stderr.write(f"cannot verify: a field is missing or of the wrong kind ({error})\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
