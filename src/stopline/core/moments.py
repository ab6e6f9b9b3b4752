"""Times as other systems write them into files: ISO 8601 in its usual spellings, and RFC 2822."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def parse_moment(text: str) -> int:
    """Epoch ms of a date and time; a missing offset is UTC. Raises ValueError.

    A date without a time is refused: which of two words of a day came last can not be told.
    """
    try:
        moment = datetime.fromisoformat(_iso(text))
    except ValueError:
        moment = _read_mail_date(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def render_moment(time_ms: int) -> str:
    """`2026-01-02T03:04:05.678Z`."""
    moment = datetime.fromtimestamp(time_ms / 1_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _iso(text: str) -> str:
    """The date with a time, without the word for UTC that some write behind it."""
    plain = text.strip().removesuffix(" UTC")
    if len(plain) < len("2026-01-02T03:04"):
        raise ValueError("no date with a time")
    return plain


def _read_mail_date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        raise ValueError("no date with a time") from None
