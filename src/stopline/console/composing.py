"""A batch as somebody writes it: who gets which text, what it costs, what is missing."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from stopline.core.batches import BatchPlan, RequestedMessage, plan_batch
from stopline.core.errors import InvalidField
from stopline.core.footers import footer_words
from stopline.core.text import Encoding, TextShape, describe_text

MAX_RECIPIENTS = 10_000
MAX_TEXT_CHARS = 1_000
# Names of columns: what may stand in braces in a text.
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_ ]{0,31})\}")
_NUMBER_COLUMNS = ("number", "to", "phone", "recipient")


@dataclass(frozen=True, slots=True)
class Draft:
    """The form: numbers one a line, or CSV whose first line names the columns."""

    sender: str = ""
    recipients: str = ""
    text: str = ""

    @staticmethod
    def read(form: dict[str, str]) -> "Draft":
        """What was typed."""
        return Draft(
            form.get("sender", ""), form.get("recipients", ""), form.get("text", "").strip()
        )


@dataclass(frozen=True, slots=True)
class Composed:
    """What a draft would send. `sample` is the first text; `shape` is its cost on the air."""

    plan: BatchPlan
    sample: str
    shape: TextShape
    segment_count: int
    cost_micros: int
    has_instruction: bool
    duplicate_count: int
    is_unicode: bool


def too_long(draft: Draft) -> str:
    """Why the text is too long, if it is."""
    if len(draft.text) > MAX_TEXT_CHARS:
        return f"text: has more than {MAX_TEXT_CHARS} characters"
    return ""


def compose(draft: Draft, country: str, price_micros: int) -> Composed:
    """Plan a draft. Raises InvalidField for a missing text, recipient or column."""
    if not draft.text:
        raise InvalidField("text", "write what shall be sent")
    entries = list(_entries(draft))
    if not entries:
        raise InvalidField("recipients", "give at least one number")
    if len(entries) > MAX_RECIPIENTS:
        raise InvalidField("recipients", f"has more than {MAX_RECIPIENTS:,} lines")
    is_personal = _PLACE.search(draft.text) is not None
    plan = plan_batch(None if is_personal else draft.text, entries, country)
    numbers = [message.recipient for message in plan.accepted]
    first = plan.accepted[0] if plan.accepted else None
    sample = (first.body if first else None) or draft.text
    segments = sum(message.segment_count for message in plan.accepted)
    shape = describe_text(sample)
    return Composed(
        plan=plan,
        sample=sample,
        shape=shape,
        segment_count=segments,
        cost_micros=segments * price_micros,
        has_instruction=bool(footer_words((sample,))),
        duplicate_count=len(numbers) - len(set(numbers)),
        is_unicode=shape.encoding is Encoding.UCS2,
    )


def _entries(draft: Draft) -> Iterator[RequestedMessage]:
    rows = [row for row in csv.reader(io.StringIO(draft.recipients)) if any(map(str.strip, row))]
    names = [name.strip().lower() for name in rows[0]] if rows else []
    place = next((names.index(name) for name in _NUMBER_COLUMNS if name in names), None)
    is_personal = _PLACE.search(draft.text) is not None
    if place is None:
        if is_personal:
            raise InvalidField(
                "recipients", "name the columns in the first line, such as number,name"
            )
        for row in rows:
            yield RequestedMessage(row[0].strip(), None)
        return
    for row in rows[1:]:
        values = dict(zip(names, (value.strip() for value in row), strict=False))
        body = _fill(draft.text, values) if is_personal else None
        yield RequestedMessage(values.get(names[place], ""), body)


def _fill(text: str, values: dict[str, str]) -> str:
    def value(match: "re.Match[str]") -> str:
        name = match[1].strip().lower()
        if name not in values:
            raise InvalidField("text", f"there is no column {name}")
        return values[name]

    filled = _PLACE.sub(value, text)
    if len(filled) > MAX_TEXT_CHARS:
        raise InvalidField("text", f"has more than {MAX_TEXT_CHARS} characters for somebody")
    return filled
