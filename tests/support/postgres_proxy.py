"""A wire between Stopline and PostgreSQL that a test can cut, slow down or lose answers on."""

import contextlib
import random
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

# How psycopg prepares its COMMIT; later only the statement's name is sent.
_PREPARE_COMMIT = re.compile(rb"(_pg3_\w+)\x00commit\x00", re.IGNORECASE)
_CHUNK = 1 << 16

# What a packet from Stopline becomes: the packet, or None when the connection is to end.
Filter = Callable[[bytes], bytes | None]


class PostgresProxy:
    """Listens in a folder of its own, as PostgreSQL does, and hands everything on."""

    def __init__(self, folder: Path, real: Path) -> None:
        self.folder = folder
        self._real = real / ".s.PGSQL.5432"
        self._path = folder / ".s.PGSQL.5432"
        self._links: set[socket.socket] = set()
        self._mutex = threading.Lock()
        self._is_cut = False
        self.delay_s = 0.0
        self.reset_rate = 0.0
        self.commits_to_lose = 0
        self.lost_after_commit = 0
        self._dice = random.Random(6)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self._path))
        self._listener.listen(128)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection and take no new one."""
        with self._mutex:
            self._is_cut = True
            links, self._links = self._links, set()
        for link in links:
            _close(link)

    def mend(self) -> None:
        """Take connections again."""
        self._is_cut = False

    def close(self) -> None:
        """Cut for good."""
        self.cut()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with self._mutex:
                    refused = self._is_cut
                if refused or not self._connect(client):
                    client.close()

    def _connect(self, client: socket.socket) -> bool:
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            server.connect(str(self._real))
        except OSError:
            server.close()
            return False
        with self._mutex:
            self._links |= {client, server}
        for source, target, is_question in ((client, server, True), (server, client, False)):
            threading.Thread(
                target=self._relay, args=(source, target, is_question), daemon=True
            ).start()
        return True

    def _relay(self, source: socket.socket, target: socket.socket, is_question: bool) -> None:
        commit = b""
        with contextlib.suppress(OSError):
            while data := source.recv(_CHUNK):
                if is_question and (found := _PREPARE_COMMIT.search(data)):
                    commit = b"\x00" + found[1] + b"\x00"
                if is_question and commit and self._loses(data, commit):
                    target.sendall(data)
                    # The database commits, and nobody hears of it.
                    self.lost_after_commit += 1
                    break
                if is_question and self._dice.random() < self.reset_rate:
                    break
                if self.delay_s:
                    time.sleep(self.delay_s / 2)
                target.sendall(data)
        for end in (source, target):
            _close(end)
        with self._mutex:
            self._links -= {source, target}

    def _loses(self, data: bytes, commit: bytes) -> bool:
        with self._mutex:
            if self.commits_to_lose and commit in data:
                self.commits_to_lose -= 1
                return True
        return False


def _close(link: socket.socket) -> None:
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
    link.close()
