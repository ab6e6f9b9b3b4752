"""Every setting of Stopline, with its bounds, its unit and the reason it exists.

Values come from a TOML file, then the environment (`STOPLINE_…`), then flags, the later the
stronger; `stopline.config_sources` reads them. Only the composition root and the commands see
`Settings`; other parts are handed the values they need.
"""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from stopline.config_server import ServerSettings
from stopline.config_watching import doc

Profile = Literal["seed", "ringcentral"]
UncertainPolicy = Literal["resend", "close"]

# A year bounds every period, so that a slip of units is an error and no overflow.
_MAX_HOURS = 24 * 365
_MAX_DAYS = 365 * 20
# No carrier link moves more in a second; it bounds what one typing error can ask for.
_MAX_RATE = 1_000_000
# Millions of segments at this price still fit a 64-bit count of millionths.
MAX_PRICE = 1_000

_Rate = Annotated[int, msgspec.Meta(ge=0, le=_MAX_RATE)]


class Settings(ServerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings of one process. Build it with `config_sources.load_settings`."""

    # -- what the API promises -------------------------------------------------------------
    profile: Annotated[
        Profile,
        doc(
            "api",
            "Set of behaviours where the documents of the original differ: seed (opt-outs page "
            "of 100, no opt-in event on the v1 filter, generous rate limits) or ringcentral (page "
            "of 1000, opt-in event, exact rate limits).",
        ),
    ] = "seed"
    price_per_segment: Annotated[
        Decimal,
        doc(
            "api",
            "Cost shown for each segment sent, at most six decimals: it is kept as an integer "
            "of millionths, so that sums are exact.",
            "currency units",
        ),
    ] = Decimal("0.007")
    access_token_seconds: Annotated[
        int, doc("api", "How long an access token is valid.", "seconds", ge=1, le=86_400)
    ] = 3_600
    refresh_token_seconds: Annotated[
        int, doc("api", "How long a refresh token is valid.", "seconds", ge=1, le=31_536_000)
    ] = 604_800
    access_token_in_query: Annotated[
        bool,
        doc(
            "api",
            "Accept ?access_token= as well. Off, because addresses end up in logs; the WebSocket "
            "accepts it in any case.",
        ),
    ] = False
    rate_limit_light: Annotated[
        _Rate | None,
        doc(
            "api",
            "Requests of the Light group for each user and app; 0 switches the limit off. "
            "Unset: the profile's.",
            "requests a minute",
        ),
    ] = None
    rate_limit_medium: Annotated[
        _Rate | None, doc("api", "The same for the Medium group.", "requests a minute")
    ] = None
    rate_limit_heavy: Annotated[
        _Rate | None, doc("api", "The same for the Heavy group.", "requests a minute")
    ] = None
    rate_limit_auth: Annotated[
        _Rate | None, doc("api", "The same for the Auth group.", "requests a minute")
    ] = None

    # -- consent ---------------------------------------------------------------------------
    consent_replies: Annotated[
        bool,
        doc(
            "consent",
            "Answer STOP, START and HELP for senders that say nothing else. Off where the network "
            "or your application answers.",
        ),
    ] = True
    help_brand: Annotated[
        str, doc("consent", "Name of the sender in the HELP reply.", max_length=100)
    ] = ""
    help_contact: Annotated[
        str,
        doc(
            "consent",
            "Telephone number, address or page named in the HELP reply. Empty: HELP is not "
            "answered, because an answer without a contact helps nobody.",
            max_length=200,
        ),
    ] = ""
    checkpoint_file: Annotated[
        Path | None,
        doc(
            "consent",
            "File outside the database that receives the signed checkpoints of the ledger. Put it "
            "on another disk if you can. Unset: checkpoints.jsonl in the data directory.",
        ),
    ] = None
    consent_journal: Annotated[
        Path | None,
        doc(
            "consent",
            "File, on another disk than the store, that receives every entry of the ledger once "
            "more before anybody hears that it is stored. A store that is behind it, as after a "
            "restore, is not started before stopline journal replay. Numbers and texts in it are "
            "sealed with number.key. Each server has its own. Unset: none is kept.",
        ),
    ] = None
    checkpoint_url: Annotated[
        str,
        doc(
            "consent",
            "Address that receives each checkpoint as a POST as well. A copy out of reach is what "
            "makes a rewritten ledger visible. Empty: off. Shown nowhere: it may hold a token.",
            secret=True,
        ),
    ] = ""

    # -- sending ---------------------------------------------------------------------------
    uncertain_policy: Annotated[
        UncertainPolicy,
        doc(
            "sending",
            "What happens to a message whose hand-over was cut off and that got no receipt: "
            "resend it once through the gate, or close it as unknown.",
        ),
    ] = "resend"
    uncertain_wait_ms: Annotated[
        int,
        doc(
            "sending",
            "How long an uncertain message waits for its receipt before the policy applies.",
            "milliseconds",
            ge=1_000,
            le=86_400_000,
        ),
    ] = 120_000
    receipt_wait_hours: Annotated[
        int,
        doc(
            "sending",
            "Without a receipt for this long a sent message becomes DeliveryFailed; one late "
            "receipt may still correct it.",
            "hours",
            ge=1,
            le=_MAX_HOURS,
        ),
    ] = 72

    failover_seconds: Annotated[
        int,
        doc(
            "sending",
            "A carrier that no process had connected for this long counts as down: the next one "
            "of its routes takes what waits. Shorter than a usual reconnect, messages change "
            "their way for nothing.",
            "seconds",
            ge=1,
            le=86_400,
        ),
    ] = 15

    # -- webhooks --------------------------------------------------------------------------
    webhook_trusted_networks: Annotated[
        tuple[str, ...],
        doc(
            "webhooks",
            "Private networks that webhooks may call although they are not public, for "
            "applications beside Stopline. Everything else private is refused.",
        ),
    ] = ()

    # -- keeping ---------------------------------------------------------------------------
    message_retention_days: Annotated[
        int,
        doc(
            "retention",
            "Messages and receipts are removed after this time. Consent and its ledger are never "
            "removed.",
            "days",
            ge=1,
            le=_MAX_DAYS,
        ),
    ] = 90
    event_retention_hours: Annotated[
        int,
        doc(
            "retention",
            "An event that could not be delivered is kept for this long, then visibly given up.",
            "hours",
            ge=1,
            le=_MAX_HOURS,
        ),
    ] = 72

    # -- the simulated carrier -------------------------------------------------------------
    simulator: Annotated[
        bool,
        doc(
            "simulator",
            "Use the simulated carrier: no text leaves the machine. Its handset API is mounted "
            "under /simulator, for loopback only.",
        ),
    ] = True
    simulator_address: Annotated[
        str,
        doc(
            "simulator",
            "host:port of a simulator that runs as its own process (stopline simulator --listen). "
            "Empty: inside this process, over a socket pair.",
        ),
    ] = ""
    simulator_window: Annotated[
        int,
        doc(
            "simulator",
            "Messages handed over and not yet answered: what may be uncertain after a crash.",
            "messages",
            ge=1,
            le=10_000,
        ),
    ] = 1_000
    simulator_latency_ms: Annotated[
        int,
        doc(
            "simulator",
            "Time the simulated carrier takes to answer a message.",
            "milliseconds",
            ge=0,
            le=60_000,
        ),
    ] = 0
    simulator_throughput: Annotated[
        int,
        doc(
            "simulator",
            "Messages the simulated carrier takes; beyond it it throttles. 0: no limit.",
            "messages a second",
            ge=0,
            le=_MAX_RATE,
        ),
    ] = 0
    simulator_failure_rate: Annotated[
        float,
        doc(
            "simulator",
            "Share of messages whose receipt says that delivery failed.",
            ge=0,
            le=1,
        ),
    ] = 0.0

    # -- carriers --------------------------------------------------------------------------
    # The tables [carriers.NAME] of the settings file; stopline.carriers.registry reads them.
    # Only there: a carrier has dozens of settings, too many for flags and variables.
    carriers: dict[str, Any] = msgspec.field(default_factory=dict)
    # The tables [[routes]]; stopline.carriers.routes reads them.
    routes: list[Any] = msgspec.field(default_factory=list)

    # -- derived ---------------------------------------------------------------------------
    @property
    def checkpoint_path(self) -> Path:
        """Where checkpoints of the ledger are appended."""
        return self.checkpoint_file or self.data / "checkpoints.jsonl"

    @property
    def price_per_segment_millionths(self) -> int:
        """The price as an exact integer."""
        return int(self.price_per_segment * 1_000_000)
