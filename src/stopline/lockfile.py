"""One process at a time owns a data directory: a lock that the kernel drops with the process."""

import fcntl
import os
from pathlib import Path

from stopline.core.errors import StoplineError

LOCK_NAME = "stopline.lock"
# Of several processes on one PostgreSQL that share a directory, one writes its checkpoints.
CHECKPOINTS_LOCK = "checkpoints.lock"
_MAX_OWNER_BYTES = 64


class DirectoryInUse(Exception):
    """Another process holds the data directory; the message names it and the remedy."""

    def __init__(self, data: Path, owner: str) -> None:
        super().__init__(
            f"{data} is in use by process {owner}. Two processes on one database would break the "
            f"promise of STOP. Stop the other one (kill {owner}), or give this one another "
            f"directory (--data)."
        )
        self.owner = owner


class DirectoryUnusable(StoplineError):
    """The data directory can not be made, written or synced; the message says why."""


class DirectoryLock:
    """The lock on a file of the directory, held until `release` or the end of the process."""

    def __init__(self, data: Path, name: str = LOCK_NAME) -> None:
        self._data = data
        self._name = name
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock at once; makes the directory (0700).

        Writing and syncing the owner's number shows that the directory takes data. Raises
        DirectoryInUse, DirectoryUnusable.
        """
        try:
            self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(self._data / self._name, flags, 0o600)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
            os.fsync(descriptor)
        except BlockingIOError:
            owner = os.read(descriptor, _MAX_OWNER_BYTES).decode(errors="replace").strip()
            os.close(descriptor)
            raise DirectoryInUse(self._data, owner or "(unknown)") from None
        except OSError as error:
            os.close(descriptor)
            raise self._unusable(error) from None
        self._descriptor = descriptor

    def _unusable(self, error: OSError) -> DirectoryUnusable:
        return DirectoryUnusable(
            f"the data directory {self._data} can not be used: {error.strerror}. "
            "Give a directory that this user may write (--data)."
        )

    def release(self) -> None:
        """Give the lock back. The file stays: removing it would let two owners in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> "DirectoryLock":
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
