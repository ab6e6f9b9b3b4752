"""The closed set of errors that core and flows raise. Edges translate them once."""


class StoplineError(Exception):
    """Base of every error Stopline raises on purpose."""


class InvalidNumber(StoplineError):
    """A text is no phone number that Stopline may use. The message never quotes it whole."""


class InvalidField(StoplineError):
    """A caller's field holds a value that is not allowed."""

    def __init__(self, field: str, remedy: str) -> None:
        super().__init__(f"{field}: {remedy}")
        self.field = field
        self.remedy = remedy


class NotFound(StoplineError):
    """A thing the caller named does not exist for this account."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is not found")
        self.field = field


class Conflict(StoplineError):
    """The request contradicts one that was made before (an idempotency key used twice)."""


class StillRunning(Conflict):
    """The same request is being worked on; its answer will be there in a moment."""


class NotAllowed(StoplineError):
    """The caller is known and may not do this."""


class LimitReached(StoplineError):
    """A named bound is exhausted; trying again changes nothing until something is removed."""


class StoreUnavailable(StoplineError):
    """The store can not keep anything at the moment (disk full, read-only, shut down)."""


class StoreBusy(StoreUnavailable):
    """Another process holds what was asked for longer than is waited; it is had in a moment."""
