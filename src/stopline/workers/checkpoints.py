"""Notes down, outside the database, what the ledger's chains end with: docs/ledger.md says why."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stopline.core.checkpoints import (
    Checkpoint,
    SignedCheckpoint,
    checkpoint_bytes,
    parse_checkpoint,
    render_checkpoint,
)
from stopline.core.errors import InvalidField, StoreUnavailable
from stopline.core.ledger import LedgerFault
from stopline.egress.client import EgressClient, EgressError
from stopline.flows.ledger import match_ends, take_checkpoint
from stopline.flows.ports import Store

# A chain's end is looked at this often: 64 small rows.
ROUND_MS = 1_000
# The longest line: 64 heads of about 90 characters.
MAX_LINE_BYTES = 16_384
_HTTP_OK = range(200, 300)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CheckpointPolicy:
    """A checkpoint is due after `period_ms` or `entries` new entries, whichever comes first, and
    only when something was added. `url`: where each is posted besides; empty for nowhere."""

    path: Path
    url: str = ""
    period_ms: int = 60_000
    entries: int = 1_000


class CheckpointFile:
    """The file of checkpoints: lines are added and synced, never changed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> str | None:
        """Make it if need be, drop a line that a crash left unfinished; the last whole line.

        Raises OSError when it can not be written.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        with os.fdopen(descriptor, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            start = file.seek(max(0, size - 2 * MAX_LINE_BYTES))
            tail = file.read()
            whole = tail.rfind(b"\n") + 1
            if whole < len(tail):
                file.truncate(start + whole)
            os.fsync(file.fileno())
        _sync_directory(self._path.parent)
        lines = tail[:whole].splitlines()
        return lines[-1].decode() if lines else None

    def append(self, line: str) -> None:
        """Add a line; it is on the disk when this returns. Raises OSError."""
        with self._path.open("ab") as file:
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Checkpoints:
    """Signs and keeps checkpoints while the server runs, and one last when it stops."""

    name = "checkpoints"

    def __init__(
        self,
        store: Store,
        seed: bytes,
        policy: CheckpointPolicy,
        client: EgressClient | None = None,
        round_ms: int = ROUND_MS,
    ) -> None:
        """`seed`: the 32 bytes of the Ed25519 key. `client`: needed for the policy's url."""
        self._store = store
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._policy = policy
        self._client = client
        self._round_ms = round_ms
        self._file = CheckpointFile(policy.path)
        self._last: Checkpoint | None = None
        self._unposted: str | None = None
        self._tried_ms = 0
        self._is_failing = False
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Compare the last checkpoint with the ledger, aloud; then begin.

        Raises StoreUnavailable, also when the file can not be written.
        """
        try:
            line = await asyncio.to_thread(self._file.open)
        except OSError as error:
            raise StoreUnavailable(f"checkpoints can not be written: {error}") from error
        if line is not None:
            await self._compare(line)
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout_ms: int) -> None:
        """Note the end once more."""
        if self._task is None:
            return
        self._stopping.set()
        try:
            await asyncio.wait_for(self._task, timeout_ms / 1_000)
        except TimeoutError:
            log.warning("the last checkpoint was not posted in time")
        if self._client is not None:
            await self._client.close()

    async def run_once(self, *, is_due_anyway: bool = False) -> None:
        """Write a checkpoint if one is due, and post what was not posted yet."""
        try:
            checkpoint = await self._store.read(take_checkpoint)
            if self._is_due(checkpoint, is_due_anyway):
                await self._write(checkpoint)
            if self._is_post_due(checkpoint.time_ms):
                await self._post(checkpoint.time_ms)
            self._is_failing = False
        except (OSError, StoreUnavailable) as error:
            if not self._is_failing:
                log.warning("no checkpoint of the ledger can be written", reason=str(error))
            self._is_failing = True

    async def _run(self) -> None:
        while not self._stopping.is_set():
            await self.run_once()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._round_ms / 1_000)
        await self.run_once(is_due_anyway=True)

    def _is_due(self, now: Checkpoint, is_due_anyway: bool) -> bool:
        last = self._last
        if last is None:
            return bool(now.ends)
        if now.ends == last.ends:
            return False
        return (
            is_due_anyway
            or now.time_ms - last.time_ms >= self._policy.period_ms
            or now.entry_count - last.entry_count >= self._policy.entries
        )

    async def _write(self, checkpoint: Checkpoint) -> None:
        signature = self._key.sign(checkpoint_bytes(checkpoint)).hex()
        line = render_checkpoint(SignedCheckpoint(checkpoint, signature))
        await asyncio.to_thread(self._file.append, line)
        self._last = checkpoint
        if self._client is not None and self._policy.url:
            self._unposted = line
            self._tried_ms = 0

    def _is_post_due(self, now_ms: int) -> bool:
        """A new one at once; one that failed after a period, unless a later one takes its place."""
        return self._unposted is not None and now_ms - self._tried_ms >= self._policy.period_ms

    async def _post(self, now_ms: int) -> None:
        if self._client is None or self._unposted is None:
            return
        self._tried_ms = now_ms
        line = self._unposted
        try:
            answer = await self._client.post(
                self._policy.url, line.encode() + b"\n", {"Content-Type": "application/x-ndjson"}
            )
        except EgressError as error:
            log.warning("a checkpoint was not posted; it is tried again", reason=str(error))
            return
        if answer.status in _HTTP_OK:
            self._unposted = None
        else:
            log.warning("a checkpoint was refused; it is tried again", status=answer.status)

    async def _compare(self, line: str) -> None:
        try:
            signed = parse_checkpoint(line)
        except InvalidField as error:
            log.warning("the last checkpoint can not be read", reason=str(error))
            return
        faults = await self._store.read(match_ends, signed.checkpoint.ends)
        _complain(faults)
        if not faults:
            self._last = signed.checkpoint
            # Perhaps it was posted before the last stop: twice does no harm.
            self._unposted = line if self._client is not None else None


def _complain(faults: Sequence[LedgerFault]) -> None:
    for fault in faults:
        log.error(
            "the ledger is not what the last checkpoint saw: an old backup, or tampering; "
            "run stopline ledger verify",
            bucket=fault.bucket,
            position=fault.position,
            reason=fault.reason,
        )
