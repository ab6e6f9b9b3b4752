"""What the settings of every HTTP provider have in common."""

from typing import Annotated, Any

import msgspec

from stopline.carriers.http.carrier import HttpCarrier, HttpRule
from stopline.carriers.http.provider import Provider
from stopline.carriers.settings import SettingProblem, check_country
from stopline.egress.addresses import InvalidTarget, parse_target

# More connections than any provider gives one customer.
MAX_CONNECTIONS = 500


def doc(text: str, **bounds: Any) -> msgspec.Meta:
    """The words of a setting; its page has the same."""
    return msgspec.Meta(description=text, **bounds)


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Connections, rate and numbers."""

    connections: Annotated[
        int,
        doc("Requests without an answer at once, at most: what can be uncertain when the provider "
            "fails, and what may still arrive after a STOP.", ge=1, le=MAX_CONNECTIONS),
    ] = 10  # fmt: skip
    throughput: Annotated[
        int,
        doc("Segments a second that the provider allows, of all processes together; 0 for no "
            "limit. Staying below it is faster than being told to wait.", ge=0, le=100_000),
    ] = 0  # fmt: skip
    requests_per_minute: Annotated[
        int,
        doc("Requests a minute that each process may make; 0 for no limit. Divide what the "
            "provider allows by the processes that send.", ge=0, le=1_000_000),
    ] = 0  # fmt: skip
    answer_seconds: Annotated[
        int,
        doc("How long a request may wait for its answer; then its messages are uncertain.",
            ge=1, le=300),
    ] = 30  # fmt: skip
    callback_url: Annotated[
        str,
        doc("Address under which this provider reaches Stopline, without a path; empty for "
            "public_url."),
    ] = ""  # fmt: skip
    country: Annotated[
        str,
        doc("Country in which the provider writes national numbers: a STOP from a number in any "
            "spelling must find its pair.", min_length=2, max_length=2),
    ] = "US"  # fmt: skip


def build(name: str, settings: HttpSettings, provider: Provider) -> HttpCarrier:
    """The carrier of a provider. Raises SettingProblem. Makes no connection yet."""
    check_url("url", provider.url)
    check_country(settings.country)
    if settings.callback_url:
        check_url("callback_url", settings.callback_url)
    return HttpCarrier(
        provider,
        HttpRule(
            name,
            settings.connections,
            settings.requests_per_minute,
            settings.answer_seconds,
        ),
    )


def callback_base(settings: HttpSettings, base_url: str) -> str:
    """The address that a provider is told to call back, or "" when it could not reach it."""
    if settings.callback_url:
        return settings.callback_url.rstrip("/")
    return base_url if base_url.startswith("https://") else ""


def check_url(key: str, url: str) -> None:
    """Raises SettingProblem."""
    try:
        parse_target(url)
    except InvalidTarget as error:
        raise SettingProblem(key, f"it is {error}; give one such as https://host/path") from None
