"""The evidence bundle: a page to print, and the same as JSON with the chain's hashes."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from stopline.console.persons import read_recipient
from stopline.console.views import HEADERS
from stopline.console.visits import Visit, Visits
from stopline.console.wording import iso
from stopline.core.errors import InvalidField
from stopline.core.ledger import EXPORT_FORMAT
from stopline.flows.evidence import Evidence, ProvenLine, collect_evidence
from stopline.flows.history import Message
from stopline.flows.people import Block

DAY_MS = 86_400_000
# How far a bundle looks back when nobody says otherwise.
DEFAULT_DAYS = 365
FORMAT = "stopline-evidence/1"


async def show(visit: Visit) -> Response:
    """To read and to print."""
    evidence = await _collect(visit)
    return visit.page("evidence.html", evidence=evidence, period=read_period(visit))


async def download(visit: Visit) -> Response:
    """For machines."""
    evidence = await _collect(visit)
    name = f"evidence-{evidence.recipient.lstrip('+')}-{iso(evidence.made_ms)[:10]}.json"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    body = msgspec.json.format(msgspec.json.encode(render_evidence(evidence)), indent=2)
    return Response(body, 200, headers, "application/json")


async def _collect(visit: Visit) -> Evidence:
    begin, end = read_period(visit)
    return await visit.store.read(
        collect_evidence,
        visit.operator.account_id,
        read_recipient(visit),
        midnight_ms(begin),
        midnight_ms(end) + DAY_MS - 1,
    )


def read_period(visit: Visit) -> tuple[str, str]:
    """First and last day, UTC. Raises InvalidField."""
    today = visit.now_ms // DAY_MS * DAY_MS
    begin = visit.query.get("from") or iso(today - DEFAULT_DAYS * DAY_MS)[:10]
    end = visit.query.get("to") or iso(today)[:10]
    if midnight_ms(begin) > midnight_ms(end):
        raise InvalidField("to", "is before the first day")
    return begin, end


def midnight_ms(day: str) -> int:
    """The beginning of a day (UTC). Raises InvalidField."""
    try:
        moment = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidField("day", "is written as 2026-03-31") from None
    return int(moment.timestamp() * 1000)


def render_evidence(evidence: Evidence) -> dict[str, Any]:
    """The bundle; each entry of the ledger holds everything its hash is made of."""
    return {
        "format": FORMAT,
        "ledgerFormat": EXPORT_FORMAT,
        "number": evidence.recipient,
        "from": iso(evidence.from_ms),
        "to": iso(evidence.to_ms),
        "made": iso(evidence.made_ms),
        "state": [_render_block(block) for block in evidence.blocks],
        "messages": [_render_message(message) for message in evidence.messages],
        "hasMoreMessages": evidence.has_more_messages,
        "ledger": [_render_line(line) for line in evidence.lines],
        "chainHeads": [asdict(head) for head in evidence.heads],
    }


def _render_block(block: Block) -> dict[str, Any]:
    verdict = block.verdict
    denials = [
        {
            "scope": found.key.kind.name.lower(),
            "source": found.denial.source.value,
            "since": iso(found.denial.since_ms),
            "carrier": found.denial.carrier,
        }
        for found in verdict.denials
    ]
    reason = verdict.block.value if verdict.block else None
    return {"sender": block.sender, "blocked": reason, "denials": denials}


def _render_message(message: Message) -> dict[str, Any]:
    return {
        "id": str(message.id),
        "direction": message.direction.name.lower(),
        "sender": message.sender,
        "recipient": message.recipient,
        "text": message.body,
        "status": message.status.name.lower(),
        "failure": message.failure.value if message.failure else None,
        "created": iso(message.created_ms),
        "updated": iso(message.updated_ms),
    }


def _render_line(proven: ProvenLine) -> dict[str, Any]:
    line = proven.line
    return {
        "entry": asdict(line.entry),
        "plain": asdict(line.plain) if line.plain else None,
        "hashIsRight": proven.is_hash_right,
        "plainValuesAreRight": proven.are_values_right,
    }


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    return [
        visits.get("/console/people/{recipient}/evidence", show),
        visits.get("/console/people/{recipient}/evidence.json", download),
    ]
