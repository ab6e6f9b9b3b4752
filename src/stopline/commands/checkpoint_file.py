"""The checkpoint file, read by commands: every signature checked, every end compared once."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stopline.commands.options import Failure
from stopline.core.checkpoints import ChainEnd, checkpoint_bytes, parse_checkpoint
from stopline.core.errors import InvalidField


class CheckpointFile:
    """Goes through a file once; `count` says how many checkpoints it held."""

    def __init__(self, path: Path, key: Ed25519PublicKey) -> None:
        self.count = 0
        self._path = path
        self._key = key

    def ends(self) -> Iterator[ChainEnd]:
        """Every end some checkpoint saw; one that did not move is given once.

        Raises Failure for a line that is no checkpoint or is not signed by the key.
        """
        last: dict[int, ChainEnd] = {}
        with self._path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                for end in self._read(number, line):
                    if last.get(end.bucket) != end:
                        last[end.bucket] = end
                        yield end
                self.count = number

    def _read(self, number: int, line: str) -> tuple[ChainEnd, ...]:
        try:
            signed = parse_checkpoint(line)
            self._key.verify(bytes.fromhex(signed.signature), checkpoint_bytes(signed.checkpoint))
        except InvalidField as error:
            raise Failure(f"{self._path}, line {number}: {error}") from None
        except InvalidSignature:
            raise Failure(
                f"{self._path}, line {number}: not signed by this installation's key"
            ) from None
        return signed.checkpoint.ends
