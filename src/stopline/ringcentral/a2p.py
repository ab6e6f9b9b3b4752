"""What the calls of High Volume SMS have in common."""

from functools import partial

from stopline.core.access import AppPermission
from stopline.ringcentral.routing import Route

PATH = "/restapi/v1.0/account/{accountId}/a2p-sms"
DEFAULT_PAGE_SIZE = 1000
_DAY_MS = 86_400_000

a2p_route = partial(Route, tag="High Volume SMS", app_permission=AppPermission.A2P_SMS)


def beginning(now_ms: int, from_ms: int | None, to_ms: int | None) -> int:
    """Where a list begins: a day before its end, unless a beginning is given."""
    if from_ms is not None:
        return from_ms
    return (now_ms if to_ms is None else to_ms) - _DAY_MS
