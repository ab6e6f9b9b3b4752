"""The files that can be read and written, by the name of whose they are."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import read_lines, write_lines
from stopline.migration import telnyx, twilio
from stopline.ringcentral import consent_csv

Read = Callable[[TextIO], Iterator[Fact | BadLine]]
Write = Callable[[Iterable[Fact]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How one provider's files are read and written."""

    read: Read
    write: Write


RINGCENTRAL = FileFormat(consent_csv.read, consent_csv.write)
TWILIO = FileFormat(twilio.read, twilio.write)
TELNYX = FileFormat(telnyx.read, telnyx.write)
GENERIC = FileFormat(read_lines, write_lines)
