"""The consent journal: every entry of the ledger once more, in a file on another path.

A line is an entry with its plain values sealed under the number key, or a mark: the ends of all
chains, written when the file begins and when the store was brought up to it. Lines are only
appended, and are synced before anybody hears that consent is stored. A line that was cut off by a
crash is followed by a mark.
"""

import base64
import fcntl
import hmac
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stopline.core.checkpoints import ChainEnd
from stopline.core.errors import StoplineError
from stopline.core.ledger import LedgerEntry, LedgerPersonal
from stopline.store.ledger import LedgerRecord

_NONCE_BYTES = 12


class JournalDamaged(StoplineError):
    """The consent journal can not be read; the message says where."""


class Mark(msgspec.Struct, frozen=True):
    """From here on the journal follows these ends; what stands before is in the store that
    reached them. `journal` names the file."""

    journal: str
    ends: list[tuple[int, int, str]]

    def chain_ends(self) -> list[ChainEnd]:
        """The same, as checkpoints have them."""
        return [ChainEnd(*end) for end in self.ends]


class EntryLine(msgspec.Struct, frozen=True):
    """An entry, its fields in the order of LedgerEntry; the plain values sealed."""

    entry: list[Any]
    plain: str


class _Line(msgspec.Struct):
    mark: Mark | None = None
    record: EntryLine | None = None


_decoder = msgspec.json.Decoder(_Line)


class JournalFile:
    """Reads and appends. Several processes of one directory may append at once."""

    def __init__(self, path: Path, number_key: bytes) -> None:
        self.path = path
        key = hmac.digest(number_key, b"consent journal", "sha256")
        self._seal = AESGCM(key)

    def append(self, records: Sequence[LedgerRecord]) -> None:
        """Write records and sync them. Raises OSError."""
        self._write([_Line(record=self._line(entry, plain)) for entry, plain in records])

    def mark(self, journal: str, ends: Sequence[ChainEnd]) -> None:
        """Write where the store is. Raises OSError."""
        found = [(end.bucket, end.position, end.hash) for end in ends]
        self._write([_Line(mark=Mark(journal, found))])

    def begin(self, ends: Sequence[ChainEnd]) -> None:
        """Begin a new file. Raises OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.mark(secrets.token_hex(8), ends)

    def is_torn(self) -> bool:
        """Whether a crash cut its last line off. Raises OSError."""
        with self.path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return False
            file.seek(-1, os.SEEK_END)
            return file.read(1) != b"\n"

    def read(self, offset: int = 0) -> Iterator[tuple[int, Mark | EntryLine]]:
        """Every line from an offset on, with its own. Raises JournalDamaged, OSError."""
        torn: int | None = None
        with self.path.open("rb") as file:
            file.seek(offset)
            for number, data in enumerate(file, start=1):
                try:
                    line = _decoder.decode(data)
                except msgspec.DecodeError:
                    if torn is not None:
                        raise self._damaged(torn) from None
                    torn = number
                else:
                    found = line.mark or line.record
                    if found is None or (torn is not None and line.mark is None):
                        raise self._damaged(torn or number)
                    torn = None
                    yield offset, found
                offset += len(data)
        if torn is not None and not self.is_torn():
            raise self._damaged(torn)

    def open_record(self, line: EntryLine) -> LedgerRecord:
        """An entry with its plain values. Raises JournalDamaged."""
        entry = LedgerEntry(*line.entry)
        if not line.plain:
            return entry, None
        sealed = base64.b64decode(line.plain)
        try:
            data = self._seal.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], entry.hash.encode()
            )
        except InvalidTag:
            raise JournalDamaged(
                f"{self.path}: bucket {entry.bucket}, position {entry.position} was sealed with "
                "another number.key, or edited"
            ) from None
        return entry, LedgerPersonal(entry.bucket, entry.position, *msgspec.json.decode(data))

    def _line(self, entry: LedgerEntry, plain: LedgerPersonal | None) -> EntryLine:
        if plain is None:
            return EntryLine(list(astuple(entry)), "")
        nonce = secrets.token_bytes(_NONCE_BYTES)
        data = msgspec.json.encode(astuple(plain)[2:])
        sealed = nonce + self._seal.encrypt(nonce, data, entry.hash.encode())
        return EntryLine(list(astuple(entry)), base64.b64encode(sealed).decode())

    def _write(self, lines: Sequence[_Line]) -> None:
        data = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if self.is_torn():
                data = b"\n" + data
            os.write(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _damaged(self, number: int) -> JournalDamaged:
        return JournalDamaged(
            f"{self.path} can not be read {number} lines after its last mark or its beginning"
        )
