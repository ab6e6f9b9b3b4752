"""A disk that loses its power: SQLite's files keep only what was synced.

Writes go to the real file and are remembered until a sync makes them part of the durable image.
A power cut leaves the durable image, and of the writes after the last sync none or some: a disk
may have written any of them, in any order, by itself.
"""

import random
import threading
from pathlib import Path

import apsw


class PowerCut(apsw.IOError):
    """The disk does not answer any more."""


class _Image:
    """One file: what is durable, and what was written since the last sync."""

    def __init__(self, content: bytes) -> None:
        self.durable = bytearray(content)
        self.pending: list[tuple[int, bytes | None]] = []

    def sync(self) -> None:
        for change in self.pending:
            self._apply(change)
        self.pending.clear()

    def survivors(self, dice: random.Random | None) -> bytes:
        """The file after the cut; with dice, each unsynced change may have made it."""
        for change in self.pending:
            if dice is not None and dice.random() < 0.5:
                self._apply(change)
        return bytes(self.durable)

    def _apply(self, change: tuple[int, bytes | None]) -> None:
        at, data = change
        if data is None:
            del self.durable[at:]
            return
        self.durable.extend(bytes(max(0, at - len(self.durable))))
        self.durable[at : at + len(data)] = data


class Disk(apsw.VFS):
    """Everything SQLite opens by the name of this VFS. Power goes after `cut_after` changes."""

    def __init__(self, name: str = "forgetful") -> None:
        self.name = name
        super().__init__(name, "")
        self._images: dict[str, _Image] = {}
        self._lock = threading.Lock()
        self._changes_left: int | None = None
        self.is_cut = False
        self.syncs_fail = False
        self.syncs = 0

    def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - SQLite's name
        if name is None:
            # A temporary file: nothing of it is meant to last.
            return apsw.VFSFile("", None, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._check()
        existed = Path(path).exists()
        file = _File(self, name, flags, path)
        if path not in self._images:
            self._images[path] = _Image(Path(path).read_bytes() if existed else b"")
        return file

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._check()
        self._images.pop(filename, None)
        super().xDelete(filename, syncdir)

    def cut_after(self, changes: int) -> None:
        """Let so many more writes and syncs pass, then cut the power."""
        with self._lock:
            self._changes_left = changes

    def restore_power(self, dice: random.Random | None = None) -> None:
        """Put the files back as the disk kept them. Every connection must be closed or dead."""
        for path, image in self._images.items():
            Path(path).write_bytes(image.survivors(dice))
        self._images.clear()
        self._changes_left = None
        self.is_cut = False

    def note(self, path: str, at: int, data: bytes | None) -> None:
        """A change of a file that is not durable yet."""
        with self._lock:
            self._spend()
            self._images[path].pending.append((at, data))

    def sync(self, path: str) -> None:
        """Everything of the file is durable from here on."""
        with self._lock:
            self._spend()
            if self.syncs_fail:
                raise apsw.IOError("the disk could not sync")
            self._images[path].sync()
            self.syncs += 1

    def check(self) -> None:
        """Raises PowerCut once the power is gone."""
        self._check()

    def _check(self) -> None:
        if self.is_cut:
            raise PowerCut("no power")

    def _spend(self) -> None:
        self._check()
        if self._changes_left is None:
            return
        if self._changes_left == 0:
            self.is_cut = True
            raise PowerCut("no power")
        self._changes_left -= 1


class _File(apsw.VFSFile):
    """A file on the disk."""

    def __init__(self, disk: Disk, name: object, flags: list[int], path: str) -> None:
        super().__init__("", name, flags)
        self._disk = disk
        self._path = path

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        self._disk.check()
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.note(self._path, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.note(self._path, newsize, None)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.sync(self._path)
