"""WebSockets: their bounds, and how a client names the place where it was cut off. Pure."""

import re
from dataclasses import dataclass

# The numbers a client is told when it connects (contract, section 10).
MAX_SOCKETS_PER_USER = 50
RECOVERY_FRAMES = 100
RECOVERY_MS = 180_000
IDLE_MS = 1_800_000
ABSOLUTE_MS = 86_400_000
MAX_ACTIVE_REQUESTS = 10

# A process that holds a socket says so this often; when it is gone for the lease, so is the socket.
HOLD_EVERY_MS = 20_000
HOLD_MS = 60_000

_RECOVERY = re.compile(r"([A-Za-z0-9_-]{44})\.([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SocketRef:
    """One holding of a socket: each connection of it has an epoch of its own, so that whoever
    held it before can do nothing more."""

    bucket: int
    id: int
    epoch: int


@dataclass(frozen=True, slots=True)
class SocketRow:
    """A socket as it is kept; `sequence` is the last frame known to have been sent."""

    ref: SocketRef
    user_id: int
    app_id: int
    subscription_id: int | None
    held_until_ms: int
    sequence: int

    def may_recover(self, now_ms: int) -> bool:
        """Whether its client may still come back to it."""
        return now_ms <= self.held_until_ms + RECOVERY_MS


def recovery_token(base: str, sequence: int) -> str:
    """What a frame carries: the socket, and which of its frames this is. Clients give back the
    newest one they saw, so the server knows what was lost on the way."""
    return f"{base}.{sequence}"


def read_recovery_token(text: str) -> tuple[str, int] | None:
    """The socket's token and the last frame its client saw; None for anything else."""
    match = _RECOVERY.fullmatch(text)
    return (match[1], int(match[2])) if match else None
