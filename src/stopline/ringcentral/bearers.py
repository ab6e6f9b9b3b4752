"""Who a bearer token stands for, with a memory of one second.

Busy clients send hundreds of requests a second with one token; reading it each time cost a
third of a small request. A session that ends here is forgotten here at once; what an operator
switches off is honoured within the second.
"""

from collections.abc import Callable

from stopline.core.access import AccessFault, Principal
from stopline.flows import access
from stopline.flows.ports import Store
from stopline.ringcentral import errors

FRESH_MS = 1000
# Tokens in use within one second; beyond it the memory is emptied, which costs only reads.
MAX_REMEMBERED = 10_000

_UNAUTHORIZED = {
    AccessFault.UNKNOWN_TOKEN: errors.TOKEN_UNKNOWN,
    AccessFault.EXPIRED_TOKEN: errors.TOKEN_EXPIRED,
    AccessFault.REVOKED_TOKEN: errors.TOKEN_REVOKED,
}


def refusal_of(fault: AccessFault) -> errors.WireError:
    """The 401 that tells why a token is not taken."""
    return errors.unauthorized(_UNAUTHORIZED[fault])


class Bearers:
    """Finds principals by access token; used on one event loop."""

    def __init__(self, store: Store, clock_ms: Callable[[], int]) -> None:
        self._store = store
        self._clock_ms = clock_ms
        self._remembered: dict[str, tuple[int, Principal]] = {}

    async def __call__(self, token: str) -> Principal:
        """The principal of a live token. Raises WireError 401."""
        now_ms = self._clock_ms()
        found = self._remembered.get(token)
        if found is not None and now_ms < found[0] and now_ms < found[1].expires_at_ms:
            return found[1]
        principal = await self._store.read(access.find_bearer, token)
        if isinstance(principal, AccessFault):
            raise refusal_of(principal)
        if principal.first_use:
            await self._store.transact(access.mark_token_used, token)
        self._remember(token, now_ms, principal)
        return principal

    def forget(self, session_id: int) -> None:
        """The session ended or its tokens were replaced: ask the store again."""
        for token, (_, principal) in list(self._remembered.items()):
            if principal.session_id == session_id:
                del self._remembered[token]

    def forget_all(self) -> None:
        """Something was switched off: ask the store for every token again."""
        self._remembered.clear()

    def _remember(self, token: str, now_ms: int, principal: Principal) -> None:
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[token] = (now_ms + FRESH_MS, principal)
