"""An empty store's file, made once: bringing up the schema is most of what a small test costs."""

import tempfile
from functools import cache
from pathlib import Path

from stopline.store.sqlite import SqliteStore
from stopline.store.tx import Keys

_KEYS = Keys(number=b"n" * 32, server=b"s" * 32, checkpoint=b"c" * 32)


def put_empty_store(path: Path) -> None:
    """Write an empty store's file, unless there is a file already."""
    if not path.exists():
        path.write_bytes(_empty_store())


@cache
def _empty_store() -> bytes:
    """As the store itself makes it; closing has put all of it in one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stopline.db"
        SqliteStore(path, _KEYS).close()
        return path.read_bytes()
