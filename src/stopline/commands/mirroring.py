"""Keeping a local copy of consent: the whole list first, then what changes, then the list again."""

import asyncio
import getpass
import io
import random
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO, TextIO, cast

import aiohttp
import click

from stopline.commands.administration import Perform
from stopline.commands.file_formats import RINGCENTRAL
from stopline.commands.import_run import ImportWish, plain_fact, run_import
from stopline.commands.options import Failure
from stopline.core.consent_facts import EVERY_SENDER, Fact
from stopline.core.consent_file import slices
from stopline.ringcentral.upstream import (
    Events,
    Upstream,
    UpstreamGone,
    UpstreamLogin,
    UpstreamRefused,
)

# After a cut: at once, then longer and longer, so that a server that starts is not run over.
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 60.0
# The other server closes a socket on which the client is silent for half an hour.
BEAT_SECONDS = 600.0

Open = Callable[[], AbstractContextManager[Perform]]


@dataclass(frozen=True, slots=True)
class MirrorWish:
    """What to copy, and where: the account that holds it here; `add_numbers`: numbers that are
    not known here are added, switched off. The whole list is read again every `every_s`."""

    login: UpstreamLogin
    account_id: int
    add_numbers: bool = False
    every_s: float = 21_600.0
    once: bool = False


class Mirror:
    """Copies from one server into the installation that `open_` opens."""

    def __init__(self, wish: MirrorWish, open_: Open) -> None:
        self._wish = wish
        self._open = open_
        self._pause_s = FIRST_PAUSE_S

    async def run(self) -> None:
        """Until it is ended, or once. Raises Failure when the other server refuses."""
        while True:
            try:
                await self._run_once()
                if self._wish.once:
                    return
            except UpstreamRefused as error:
                raise Failure(str(error)) from None
            except UpstreamGone as error:
                if self._wish.once:
                    raise Failure(f"{self._wish.login.server}: {error}") from None
                await self._wait(str(error))

    async def _wait(self, reason: str) -> None:
        click.echo(f"cut off ({reason}); trying again", err=True)
        await asyncio.sleep(self._pause_s * (1 + random.random()))
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    async def _run_once(self) -> None:
        async with _logged_in(self._wish.login) as upstream:
            if self._wish.once:
                await self._pull(upstream)
                return
            async with upstream.events() as events:
                # The list after the subscription: what changes meanwhile is told by both.
                await self._pull(upstream)
                self._pause_s = FIRST_PAUSE_S
                click.echo(f"following {self._wish.login.server}", err=True)
                await self._follow(events)

    async def _follow(self, events: Events) -> None:
        """Take what is told, until it is time for the whole list again."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._wish.every_s
        receiving = asyncio.ensure_future(events.next_facts())
        try:
            while (left_s := until - loop.time()) > 0:
                done, _ = await asyncio.wait({receiving}, timeout=min(left_s, BEAT_SECONDS))
                if not done:
                    await events.keep_alive()
                    continue
                facts = receiving.result()
                receiving = asyncio.ensure_future(events.next_facts())
                await asyncio.to_thread(self._take, facts)
        finally:
            receiving.cancel()

    async def _pull(self, upstream: Upstream) -> None:
        with tempfile.TemporaryFile() as file:
            await upstream.write_consents(cast("BinaryIO", file))
            file.seek(0)
            text = io.TextIOWrapper(file, "utf-8-sig", newline="")
            await asyncio.to_thread(self._import, text)
            text.detach()

    def _import(self, file: TextIO) -> None:
        wish = ImportWish(RINGCENTRAL.read, self._wish.account_id, skip_bad_lines=True)
        with self._open() as perform:
            if self._wish.add_numbers:
                self._add_numbers(perform, _senders(file))
                file.seek(0)
            counts = run_import(perform, file, wish).render(dry_run=False)
        shown = ("facts", "new", "known", "conflicting", "malformed")
        click.echo("list: " + ", ".join(f"{name} {counts[name]}" for name in shown), err=True)

    def _add_numbers(self, perform: Perform, numbers: set[str]) -> None:
        known = set(perform("senders.known", numbers=sorted(numbers)))
        for number in sorted(numbers - known):
            perform(
                "senders.add", account_id=self._wish.account_id, number=number, label="mirrored"
            )
            perform("senders.disable", number=number)
            click.echo(f"added {number}, switched off", err=True)

    def _take(self, facts: list[Fact]) -> None:
        if not facts:
            return
        with self._open() as perform:
            if self._wish.add_numbers:
                self._add_numbers(perform, {fact.sender for fact in facts})
            for sender, piece in slices(facts):
                self._take_piece(perform, sender, piece)

    def _take_piece(self, perform: Perform, sender: str, facts: list[Fact]) -> None:
        if not perform("senders.known", numbers=[sender], account_id=self._wish.account_id):
            click.echo(f"passed over: {sender} is not a number of ours", err=True)
            return
        perform(
            "consent.import",
            sender=sender,
            account_id=self._wish.account_id,
            facts=[plain_fact(fact) for fact in facts],
            actor=f"mirror:{getpass.getuser()}",
        )


def _senders(file: TextIO) -> set[str]:
    lines: Iterator[object] = RINGCENTRAL.read(file)
    return {line.sender for line in lines if isinstance(line, Fact)} - {EVERY_SENDER}


@asynccontextmanager
async def _logged_in(login: UpstreamLogin) -> AsyncIterator[Upstream]:
    async with aiohttp.ClientSession() as session:
        upstream = Upstream(session, login)
        await upstream.log_in()
        yield upstream
