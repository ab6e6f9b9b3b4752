"""The store of a single process: SQLite in WAL mode, one writer thread, readers beside it."""

import contextlib
import itertools
import queue
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import apsw

from stopline.core.errors import StoplineError, StoreUnavailable
from stopline.core.ids import BUCKET_COUNT, NODE_COUNT, IdSequence, id_time_ms
from stopline.store.base import BaseStore, Job
from stopline.store.database import Row, Value
from stopline.store.gate import Gate
from stopline.store.migrate import (
    CREATE_TABLE,
    Migration,
    apply_migrations,
    pending_migrations,
)
from stopline.store.priority import Priority, priority_of
from stopline.store.shared_commit import UNAVAILABLE, SharedCommit
from stopline.store.sqlite_statistics import set_statistics
from stopline.store.statements import (
    VALUES_ROWS,
    insert_of_many,
    sqlite_statements,
    values_statement,
)
from stopline.store.tx import Keys, Tx

# Lists and reads run beside the writer; more threads than this only queue on two cores.
READER_COUNT = 4
# A writer's queue longer than this means the disk does not keep up: callers are told so.
QUEUE_LIMIT = 10_000
# Bytes of a statement that apsw keeps prepared; a longer one is read again each time, which takes
# half of what an insert takes. It holds far fewer variables than SQLite allows (32,766).
MAX_KEPT_TEXT = 16_000
# Statements that are kept prepared: all named ones, and the pieces of inserts.
KEPT_STATEMENTS = 400
# 64 MiB of pages: the hot part of the indexes for some millions of rows.
CACHE_KIBIBYTES = 65_536
# 16 MiB of WAL before a checkpoint: fewer, larger syncs; reliability asks for less than 64 MiB.
CHECKPOINT_PAGES = 4_000
# Another process (a backup, a shell) may hold the file for a moment.
BUSY_MS = 2_000
SYNCHRONOUS_FULL = 2
LAST_OF_ALL_MS = 2**62
# Flows that wait are added to a commit for so long: a STOP waits for it, one more flow and a sync.
SHARE_SECONDS = 0.012


def wall_clock_ms() -> int:
    """Epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000


class SqliteDatabase:
    """Named statements on one apsw connection."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self._texts = sqlite_statements()

    def all(self, name: str, /, **parameters: Value) -> list[Row]:
        return self.connection.execute(self._texts[name], parameters).fetchall()

    def first(self, name: str, /, **parameters: Value) -> Row | None:
        row: Row | None = self.connection.execute(self._texts[name], parameters).fetchone()
        return row

    def run(self, name: str, /, **parameters: Value) -> int:
        self.connection.execute(self._texts[name], parameters)
        return self.connection.changes()

    def each_bucket(self, name: str, buckets: Sequence[int]) -> list[list[Row]]:
        text = self._texts[name]
        return [self.connection.execute(text, {"bucket": one}).fetchall() for one in buckets]

    def add_many(
        self,
        table: str,
        shared: Mapping[str, Value],
        columns: Sequence[str],
        items: Sequence[Sequence[Value]],
    ) -> None:
        # One statement for many rows: Python's lock is let go once, and no JSON is read.
        head, row = insert_of_many(table, tuple(shared), tuple(columns))
        at_once = (MAX_KEPT_TEXT - len(head)) // len(row)
        for start in range(0, len(items), at_once):
            part = items[start : start + at_once]
            text = f"{head}{(row * len(part))[:-1]})"
            self.connection.execute(text, [*shared.values(), *chain.from_iterable(part)])

    def insert(self, name: str, items: Sequence[Sequence[Value]], /, **shared: Value) -> None:
        """As values, in pieces of few sizes: to read rows from JSON takes two to three times as
        long, and most groups are small."""
        start = 0
        for size in VALUES_ROWS:
            text, names = values_statement(name, size)
            common = [shared[one] for one in names]
            while len(items) - start >= size:
                piece = items[start : start + size]
                self.connection.execute(text, [*common, *chain.from_iterable(piece)])
                start += size


def connect(path: Path, *, writable: bool, vfs: str | None = None) -> apsw.Connection:
    """Open the file with the settings the guarantee needs; they are read back, not assumed.

    Raises StoreUnavailable when SQLite does not take them.
    """
    connection = apsw.Connection(str(path), vfs=vfs, statementcachesize=KEPT_STATEMENTS)
    connection.set_busy_timeout(BUSY_MS)
    # Plans do not follow what is bound. Otherwise a statement is planned again each time other
    # values are bound, which for a small group took longer than running it.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    if vfs is not None:
        # A foreign file system has no shared memory: the WAL's index stays in this process.
        connection.execute("pragma locking_mode = exclusive")
    connection.execute(f"pragma cache_size = -{CACHE_KIBIBYTES}")
    if not writable:
        connection.execute("pragma query_only = on")
        return connection
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")
    mode = connection.execute("pragma journal_mode").get
    synchronous = connection.execute("pragma synchronous").get
    if mode != "wal" or synchronous != SYNCHRONOUS_FULL:
        raise StoreUnavailable(
            f"SQLite runs with journal_mode={mode}, synchronous={synchronous}; "
            "Stopline needs wal and full (2): a power cut would lose acknowledged opt-outs"
        )
    return connection


def _close(connection: apsw.Connection) -> None:
    """Close; on a disk that is gone there is nothing more to be done for the file."""
    with contextlib.suppress(*UNAVAILABLE):
        connection.close()


def find_pending_in_file(path: Path) -> list[Migration]:
    """Migrations that are still to be run on a file. Raises UnknownSchema, StoreUnavailable."""
    if not path.exists():
        return pending_migrations({})
    try:
        connection = connect(path, writable=False)
        found: list[Row] = connection.execute(
            "select number, checksum from schema_migrations"
        ).fetchall()
    except (apsw.SQLError, *UNAVAILABLE) as error:
        raise StoreUnavailable(f"{path} can not be read: {error}") from error
    connection.close()
    return pending_migrations({row[0]: row[1] for row in found})


class SqliteStore(BaseStore):
    """Runs flows on one SQLite file. Open it once per file and process (hold the lock file)."""

    def __init__(
        self,
        path: Path,
        keys: Keys,
        *,
        clock_ms: Callable[[], int] = wall_clock_ms,
        random_hex: Callable[[int], str] = secrets.token_hex,
        vfs: str | None = None,
        readers: int = READER_COUNT,
    ) -> None:
        super().__init__(keys)
        self._door = Gate()
        self.gate = self._door
        self._gone = dict.fromkeys(range(NODE_COUNT), 0)
        self._path = path
        self._vfs = vfs
        self._clock_ms = clock_ms
        self._random_hex = random_hex
        self._order = itertools.count()
        self._jobs: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._reads: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        try:
            writer = connect(path, writable=True, vfs=vfs)
        except UNAVAILABLE as error:
            raise StoreUnavailable(f"{path} can not be opened: {error}") from error
        self._migrate(writer)
        self._ids = IdSequence(node=0, floor_ms=self._highest_id_ms(writer) + 1)
        self._threads = [self._start("stopline-writer", self._write_loop, writer)]
        # With exclusive locking nobody reads beside the writer, so the writer reads.
        self._reader_count = readers if vfs is None else 0
        for number in range(self._reader_count):
            reader = connect(path, writable=False, vfs=vfs)
            self._threads.append(self._start(f"stopline-reader-{number}", self._read_loop, reader))

    def close(self) -> None:
        """Finish what is queued, then close every connection. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put((LAST_OF_ALL_MS, next(self._order), None))
        for _ in self._threads[1:]:
            self._reads.put(None)
        for thread in self._threads:
            thread.join()

    def gone_nodes(self) -> dict[int, int]:
        """Every run before this one; none afterwards, as there is one process."""
        return self._gone

    def forget_nodes(self, nodes: list[int]) -> None:
        """See `BaseStore.forget_nodes`."""
        self._gone = {node: at for node, at in self._gone.items() if node not in nodes}

    # Inside.

    def _submit_write(self, flow: Callable[..., Any], args: Any, kwargs: Any) -> Future[Any]:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        if self._jobs.qsize() > QUEUE_LIMIT:
            raise StoreUnavailable("too many transactions wait for the disk; try again shortly")
        job = Job(flow, args, kwargs)
        due_ms = time.monotonic_ns() // 1_000_000 + priority_of(flow)
        self._jobs.put((due_ms, next(self._order), job))
        return job.future

    def _submit_read(self, flow: Callable[..., Any], args: Any, kwargs: Any) -> Future[Any]:
        if not self._reader_count:
            return self._submit_write(flow, args, kwargs)
        if self._closed:
            raise StoreUnavailable("the store is closed")
        job = Job(flow, args, kwargs)
        self._reads.put(job)
        return job.future

    def _start(
        self,
        name: str,
        loop: Callable[[apsw.Connection], None],
        connection: apsw.Connection,
    ) -> threading.Thread:
        thread = threading.Thread(target=loop, args=(connection,), name=name, daemon=True)
        thread.start()
        return thread

    def _tx(self, database: SqliteDatabase) -> Tx:
        tx = Tx(database, self._door, self._ids, self.keys, self._clock_ms(), self._random_hex)
        tx.routing = self.routing
        return tx

    def _write_loop(self, connection: apsw.Connection) -> None:
        database = SqliteDatabase(connection)
        job = self._jobs.get()[2]
        while job is not None:
            job = self._write_group(database, job)
        _close(connection)

    def _write_group(self, database: SqliteDatabase, job: Job) -> Job | None:
        """Run a flow and those that wait behind it in one commit; gives the next, None at the
        end. A STOP ends its group: its acknowledgement waits for nobody."""
        group = SharedCommit(database.connection, self._tell, self._keep)
        until = time.monotonic() + SHARE_SECONDS
        while True:
            group.add(job, self._tx(database))
            if group.is_broken or priority_of(job.flow) is Priority.CONSENT:
                break
            if time.monotonic() > until or self._jobs.empty():
                break
            following = self._jobs.get()[2]
            if following is None:
                group.commit()
                return None
            job = following
        group.commit()
        return self._jobs.get()[2]

    def _read_loop(self, connection: apsw.Connection) -> None:
        database = SqliteDatabase(connection)
        while (job := self._reads.get()) is not None:
            job.run(partial(self._run_transaction, database))
        _close(connection)

    def _run_transaction(self, database: SqliteDatabase, job: Job) -> Any:
        connection = database.connection
        tx = self._tx(database)
        with contextlib.ExitStack() as undo:
            undo.callback(self._roll_back, connection, tx)
            try:
                connection.execute("begin")
                result = job.call(tx)
                connection.execute("commit")
            except UNAVAILABLE as error:
                raise StoreUnavailable(f"the database refused: {error}") from error
            undo.pop_all()
        self._tell(tx.hints)
        return result

    @staticmethod
    def _roll_back(connection: apsw.Connection, tx: Tx | None = None) -> None:
        if tx is not None:
            tx.abandon_claims()
        if connection.in_transaction:
            # SQLite rolls back by itself when the disk fails under it.
            with contextlib.suppress(*UNAVAILABLE):
                connection.execute("rollback")

    def _migrate(self, connection: apsw.Connection) -> None:
        now_ms = self._clock_ms()

        def run_script(sql: str) -> None:
            connection.execute(sql)

        def record(migration: Migration) -> None:
            connection.execute(
                "insert into schema_migrations (number, name, checksum, applied_ms) "
                "values (?, ?, ?, ?)",
                (migration.number, migration.name, migration.checksum, now_ms),
            )

        try:
            connection.execute("begin immediate")
            connection.execute(CREATE_TABLE)
            found: list[Row] = connection.execute(
                "select number, checksum from schema_migrations"
            ).fetchall()
            apply_migrations({row[0]: row[1] for row in found}, run_script, record)
            set_statistics(connection)
            connection.execute("commit")
        except StoplineError:
            self._roll_back(connection)
            raise
        except UNAVAILABLE as error:
            self._roll_back(connection)
            raise StoreUnavailable(f"the database could not be opened: {error}") from error

    @staticmethod
    def _highest_id_ms(connection: apsw.Connection) -> int:
        highest = 0
        database = SqliteDatabase(connection)
        for bucket in range(BUCKET_COUNT):
            row = database.first("find_highest_id", bucket=bucket)
            highest = max(highest, row[0] or 0 if row else 0)
        return id_time_ms(highest)
