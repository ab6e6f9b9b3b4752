"""Consent as version 2 of the wire writes it: its words, records and wishes."""

from typing import Literal

import msgspec

from stopline.core.consent import ConsentSource
from stopline.core.errors import InvalidNumber
from stopline.core.numbers import parse_number
from stopline.core.scopes import Category, ConsentKey, ScopeKind
from stopline.flows.consent_changes import Change, ChangeResult
from stopline.flows.consent_history import HistoryRecord
from stopline.flows.consent_records import ConsentRow
from stopline.ringcentral.formats import render_micros

OptStatus = Literal["OptOut", "OptIn"]
SourceName = Literal["Recipient", "Api", "Upstream", "Carrier"]
CoverageName = Literal["PhoneNumber", "Account", "CampaignType"]
CategoryName = Literal["Conversational", "Informational", "Promotional"]

SOURCES: dict[str, ConsentSource] = {
    "Recipient": ConsentSource.RECIPIENT,
    "Api": ConsentSource.ACCOUNT,
    "Upstream": ConsentSource.UPSTREAM,
    "Carrier": ConsentSource.CARRIER,
}
SOURCE_NAMES: dict[ConsentSource, SourceName] = {
    ConsentSource.RECIPIENT: "Recipient",
    ConsentSource.ACCOUNT: "Api",
    ConsentSource.UPSTREAM: "Upstream",
    ConsentSource.CARRIER: "Carrier",
    ConsentSource.TIMEOUT: "Recipient",
}
KINDS: dict[str, ScopeKind] = {
    "PhoneNumber": ScopeKind.PAIR,
    "Account": ScopeKind.ACCOUNT,
    "CampaignType": ScopeKind.CAMPAIGN,
}
COVERAGE_NAMES: dict[ScopeKind, CoverageName] = {
    ScopeKind.PAIR: "PhoneNumber",
    ScopeKind.ACCOUNT: "Account",
    ScopeKind.CAMPAIGN: "CampaignType",
}
CATEGORIES: dict[str, Category] = {
    "Conversational": Category.CONVERSATIONAL,
    "Informational": Category.INFORMATIONAL,
    "Promotional": Category.PROMOTIONAL,
}
CATEGORY_NAMES: dict[Category, CategoryName] = {
    Category.CONVERSATIONAL: "Conversational",
    Category.INFORMATIONAL: "Informational",
    Category.PROMOTIONAL: "Promotional",
}


class ConsentScope(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """Whom a record is about. `from` is `*` where it covers all numbers of the account; coverage
    and campaign type stand only where the record is about more or less than one pair."""

    sender: str = msgspec.field(name="from")
    to: str
    opt_status: OptStatus
    source: SourceName
    coverage: CoverageName | None = None
    campaign_type: CategoryName | None = None


class ConsentInfo(ConsentScope, rename="camel", omit_defaults=True, kw_only=True):
    """A record as it stands."""

    last_modified_time: str


class ConsentChangeInfo(ConsentScope, rename="camel", omit_defaults=True, kw_only=True):
    """A change of a record."""

    created_at: str


class ConsentWish(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """One record to be added or changed.

    `from` `*` stands for all numbers of the account: with the coverage `PhoneNumber` for each
    that it has now, else for later ones too.
    """

    sender: str = msgspec.field(name="from")
    to: str
    opt_status: OptStatus
    source: SourceName
    coverage: str | None = None
    campaign_type: CategoryName | None = None


class RecordError(msgspec.Struct, rename="camel"):
    """Why a record was not taken."""

    error_code: str
    message: str


class FailedRecord(ConsentWish, rename="camel", omit_defaults=True, kw_only=True):
    """A record nothing was changed for."""

    error: RecordError


class BadRecord(ValueError):
    """A record can not be taken; the text names its field."""


def read_wish(wish: ConsentWish, country: str) -> Change:
    """The change a record asks for. Raises BadRecord."""
    coverage = _read_coverage(wish)
    category = CATEGORIES[wish.campaign_type] if wish.campaign_type else None
    if (coverage == "CampaignType") != (category is not None):
        raise BadRecord("campaignType")
    sender = None if wish.sender == "*" else _read_number(wish.sender, country, "from")
    return Change(
        sender=None if coverage == "Account" else sender,
        recipient=_read_number(wish.to, country, "to"),
        opt_out=wish.opt_status == "OptOut",
        source=SOURCES[wish.source],
        category=category,
        each_number=sender is None and coverage == "PhoneNumber",
    )


def _read_coverage(wish: ConsentWish) -> str | None:
    """The coverage, which the developer guide writes with a small letter."""
    if wish.coverage is None:
        return "CampaignType" if wish.campaign_type else None
    name = wish.coverage[:1].upper() + wish.coverage[1:]
    if name not in KINDS:
        raise BadRecord("coverage")
    return name


def _read_number(text: str, country: str, field: str) -> str:
    try:
        return parse_number(text, country)
    except InvalidNumber as error:
        raise BadRecord(field) from error


def failed(wish: ConsentWish, error: RecordError) -> FailedRecord:
    """The record with what was wrong with it."""
    return FailedRecord(
        sender=wish.sender,
        to=wish.to,
        opt_status=wish.opt_status,
        source=wish.source,
        coverage=wish.coverage,
        campaign_type=wish.campaign_type,
        error=error,
    )


def bad_field(name: str) -> RecordError:
    """A value that is not taken."""
    return RecordError("CMN-101", f"Parameter [{name}] value is invalid")


def problem(result: ChangeResult) -> RecordError | None:
    """What kept a change from being made, if anything did."""
    if not result.known:
        return bad_field("from")
    if result.standing is not None:
        return RecordError("CMN-109", f"The opt-out stands: {result.standing.value}")
    return None


def render_record(row: ConsentRow) -> ConsentInfo:
    """A record as lists show it."""
    sender, coverage, category = render_scope(row.key)
    return ConsentInfo(
        sender=sender,
        to=row.recipient,
        opt_status="OptOut" if row.state.denied else "OptIn",
        source=SOURCE_NAMES[row.state.source],
        coverage=_beyond_pair(coverage),
        campaign_type=category,
        last_modified_time=render_micros(row.changed_ms),
    )


def render_change(change: HistoryRecord) -> ConsentChangeInfo:
    """A change as the history shows it."""
    sender, coverage, category = render_scope(change.key)
    return ConsentChangeInfo(
        sender=sender,
        to=change.key.recipient,
        opt_status="OptOut" if change.denied else "OptIn",
        source=SOURCE_NAMES[change.source],
        coverage=_beyond_pair(coverage),
        campaign_type=category,
        created_at=render_micros(change.changed_ms),
    )


def source_name(source: ConsentSource) -> SourceName:
    """The wire's name of a source."""
    return SOURCE_NAMES[source]


def render_scope(key: ConsentKey) -> tuple[str, CoverageName, CategoryName | None]:
    """`from`, coverage and campaign type of a record."""
    coverage = COVERAGE_NAMES[key.kind]
    if key.kind is ScopeKind.ACCOUNT:
        return "*", coverage, None
    return key.sender, coverage, CATEGORY_NAMES[key.category] if key.category else None


def _beyond_pair(coverage: CoverageName) -> CoverageName | None:
    """Lists leave the usual coverage out."""
    return None if coverage == "PhoneNumber" else coverage
