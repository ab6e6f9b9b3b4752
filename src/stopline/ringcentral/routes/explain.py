"""Stopline's own call: why a message may or may not go to a person, now or in the past."""

from typing import Literal

import msgspec

from stopline.core.access import AppPermission
from stopline.core.cover import Block
from stopline.core.numbers import Pair
from stopline.flows.explain import ExplainedDenial, explain
from stopline.ringcentral.consent_bodies import (
    CATEGORIES,
    CATEGORY_NAMES,
    CategoryName,
    CoverageName,
    SourceName,
    render_scope,
    source_name,
)
from stopline.ringcentral.formats import render_millis
from stopline.ringcentral.query import Phone, Query, TimeMs
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route

_REASONS: dict[Block, Literal["OptedOut", "Erased", "NoOptIn"]] = {
    Block.DENIED: "OptedOut",
    Block.ERASED: "Erased",
    Block.NO_OPT_IN: "NoOptIn",
}


class ExplainQuery(Query, frozen=True, kw_only=True):
    """Which message; without `at` as of now, without a category of the number's usual kind."""

    sender: Phone = msgspec.field(name="from")
    to: Phone
    at: TimeMs | None = None
    category: CategoryName | None = None


class LedgerId(msgspec.Struct):
    """An entry of the ledger: its chain, and its place in it."""

    bucket: int
    position: int


class DenialInfo(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A denial that covers the message. `ruleSet`, `layer` and `word` say how a text was read."""

    sender: str = msgspec.field(name="from")
    coverage: CoverageName
    campaign_type: CategoryName | None = None
    source: SourceName
    since: str
    hold: bool = False
    carrier: str = ""
    channel: str
    actor: str = ""
    rule_set: str = ""
    layer: str = ""
    word: str = ""
    ledger: LedgerId


class ExplanationInfo(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The verdict. `reason` stands where the message may not go; `winning` is the first of
    `denials`; while something is held, messages wait and `held` names the texts."""

    sender: str = msgspec.field(name="from")
    to: str
    at: str
    category: CategoryName | None = None
    allowed: bool
    reason: Literal["OptedOut", "Erased", "NoOptIn"] | None = None
    winning: DenialInfo | None = None
    denials: list[DenialInfo] = msgspec.field(default_factory=list)
    held: list[str] = msgspec.field(default_factory=list)


async def explain_consent(request: WireRequest[ExplainQuery, NoBody]) -> ExplanationInfo:
    """Why a message of a number may or may not go to a person: every denial that covers it, with
    the ledger's entry it began with."""
    query = request.query
    category = CATEGORIES[query.category] if query.category else None
    found = await request.store.read(
        explain, request.account_id, Pair(query.sender, query.to), category, query.at
    )
    denials = [_render(one) for one in found.denials]
    return ExplanationInfo(
        sender=found.sender,
        to=found.recipient,
        at=render_millis(found.at_ms),
        category=CATEGORY_NAMES[found.category] if found.category else None,
        allowed=found.block is None and not found.held,
        reason=_REASONS[found.block] if found.block else None,
        winning=denials[0] if denials else None,
        denials=denials,
        held=[str(identifier) for identifier in found.held],
    )


def _render(one: ExplainedDenial) -> DenialInfo:
    key, denial, entry = one.covering.key, one.covering.denial, one.entry
    sender, coverage, category = render_scope(key)
    return DenialInfo(
        sender=sender,
        coverage=coverage,
        campaign_type=category,
        source=source_name(denial.source),
        since=render_millis(denial.since_ms),
        hold=denial.hold,
        carrier=denial.carrier,
        channel=entry.channel,
        actor=entry.actor,
        rule_set=entry.rule_set,
        layer=entry.layer,
        word=entry.word,
        ledger=LedgerId(entry.bucket, entry.position),
    )


ROUTES = [
    Route(
        "GET",
        "/stopline/v1/consents/explain",
        explain_consent,
        summary="Why a message may or may not go to a person",
        tag="Consent",
        app_permission=AppPermission.SMS,
        errors=(400, 404),
    )
]
