"""The installation's secrets: three files of 32 random bytes, outside the database on purpose.

A copy of the database without them tells nobody a telephone number from the ledger, opens no
session and signs no checkpoint. Back them up apart from the database.
"""

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
KEY_NAMES = ("server", "number", "checkpoint")
_OTHERS_MAY_READ = 0o077


class KeyProblem(Exception):
    """A key file can not be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True, repr=False)
class InstallationKeys:
    """`server` derives tokens, `number` hashes telephone numbers, `checkpoint` signs."""

    server: bytes
    number: bytes
    checkpoint: bytes


def load_or_make_keys(data: Path, database_exists: bool) -> InstallationKeys:
    """Read the key files; make those that are missing, unless a database already relies on them.

    Raises KeyProblem.
    """
    return InstallationKeys(
        **{name: _load_or_make(data, name, database_exists) for name in KEY_NAMES}
    )


def _load_or_make(data: Path, name: str, database_exists: bool) -> bytes:
    path = data / f"{name}.key"
    try:
        return _read_key(path)
    except FileNotFoundError:
        pass
    if database_exists:
        raise KeyProblem(
            f"{path} is missing but the database was made with it; put it back from its backup. "
            f"Without it the numbers in the ledger can not be matched again."
        )
    _make_key(path)
    return _read_key(path)


def _make_key(path: Path) -> None:
    """Unless another process of this directory makes it at the same moment: both use one."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write_private(draft, secrets.token_bytes(KEY_BYTES))
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def read_key(data: Path, name: str) -> bytes:
    """One key that is there: server, number or checkpoint. Raises KeyProblem, OSError."""
    return _read_key(data / f"{name}.key")


def _read_key(path: Path) -> bytes:
    if path.stat().st_mode & _OTHERS_MAY_READ:
        raise KeyProblem(f"{path} can be read by other users; run: chmod 600 {path}")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyProblem(f"{path} holds {len(key)} bytes, not {KEY_BYTES}; restore its backup")
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, whole or not at all, and durably."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
