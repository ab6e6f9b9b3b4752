"""JSON as providers hand it out: one document, or one on each line."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from stopline.core.consent_file import BrokenFile

# The first character that is no blank says what a file is; longer lead-ins are no such file.
_PEEK_CHARS = 4_096
# A document is held whole: 64 MB are some 400,000 records, and more come one on each line.
MAX_DOCUMENT_CHARS = 64 << 20


def is_json(file: TextIO) -> bool:
    """Whether the file begins like JSON; it is left at its beginning."""
    start = file.read(_PEEK_CHARS).lstrip()
    file.seek(0)
    return start[:1] in ("{", "[")


def read_records(file: TextIO, *names: str) -> Iterator[tuple[int, Any]]:
    """The records with their numbers, from 1 on: of one document, or of one on each line. Where a
    document holds a list under one of the names, its records are that list. Raises BrokenFile."""
    number = 0
    for document in _documents(file):
        for record in _unpack(document, names):
            number += 1
            yield number, record


def _documents(file: TextIO) -> Iterator[Any]:
    first = file.readline()
    try:
        document = json.loads(first)
    except ValueError:
        file.seek(0)
        yield _read(file.read(MAX_DOCUMENT_CHARS), 1)
        return
    yield document
    for at, line in enumerate(file, start=2):
        if line.strip():
            yield _read(line, at)


def _read(text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise BrokenFile(f"line {line}: no JSON ({error})") from None


def _unpack(document: Any, names: tuple[str, ...]) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for name in names:
            if isinstance(document.get(name), list):
                found: list[Any] = document[name]
                return found
    return [document]
