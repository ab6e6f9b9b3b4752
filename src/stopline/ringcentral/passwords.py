"""Passwords as they are checked for every way of logging in: few at once, counted together."""

import asyncio

from stopline.core.accounts import App
from stopline.core.errors import InvalidNumber
from stopline.core.numbers import parse_number
from stopline.flows import access
from stopline.flows.access import Login
from stopline.flows.passwords import is_password
from stopline.flows.ports import Store
from stopline.ringcentral.errors import overload

# A password takes 20 ms and 19 MiB; more at once would starve everything else on two cores.
PASSWORD_CHECKS_AT_ONCE = 2
# About a second of waiting; beyond it the client is told to come back.
MAX_WAITING_CHECKS = 50

# No number and no extension is longer; the rest of a longer name changes nothing.
MAX_LOGIN_CHARS = 64


class LockedOut(Exception):
    """Too many wrong passwords for this name; even the right one is not looked at."""


class PasswordChecks:
    """Shared by every page and grant that takes a password. Used on one event loop."""

    def __init__(self) -> None:
        self._checks = asyncio.Semaphore(PASSWORD_CHECKS_AT_ONCE)
        self._waiting = 0

    async def check(
        self, store: Store, app: App, username: str, extension: str | None, password: str
    ) -> Login | None:
        """The login when the password is right; a wrong one is counted. Raises LockedOut."""
        login = await store.read(access.find_login, app, *read_login(username, extension))
        if login.locked:
            raise LockedOut
        stored = login.user.password_hash if login.user else None
        if await self._is_password(stored, password):
            return login
        await store.transact(access.record_wrong_password, login)
        return None

    async def _is_password(self, stored: str | None, password: str) -> bool:
        if self._waiting >= MAX_WAITING_CHECKS:
            raise overload()
        self._waiting += 1
        try:
            async with self._checks:
                return await asyncio.to_thread(is_password, stored, password)
        finally:
            self._waiting -= 1


def read_login(username: str, extension: str | None) -> tuple[str, str]:
    """`+1...*101`, or the number and the extension apart: the same login.

    A name that can be nobody's is passed on, so that it is refused like a wrong password and
    after the same work.
    """
    name, _, joined = username.partition("*")
    try:
        name = parse_number(name)
    except InvalidNumber:
        name = name[:MAX_LOGIN_CHARS]
    return name, (extension or joined)[:MAX_LOGIN_CHARS]
