"""Stopline's own call: what a text asks for and what it would cause. Changes nothing."""

from typing import Annotated

import msgspec

from stopline.core.access import AppPermission
from stopline.core.errors import InvalidField, InvalidNumber
from stopline.core.keywords import Classification
from stopline.core.numbers import parse_address
from stopline.core.recognition.explain import why, would
from stopline.core.recognition.policy import Policy, label_of
from stopline.core.text import clean_text
from stopline.flows.explaining import SupposedText, explain_text
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import WireRequest
from stopline.ringcentral.routing import Route

# The longest chain of SMS parts holds some 39,000 characters; nobody types as much.
MAX_TEXT_CHARS = 4_096
MAX_SENT_TEXTS = 3
# More than these texts fill.
BODY_BYTES = 128 << 10

_Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_CHARS)]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The text that the person `to` might send to our number `from`.

    With both, the pair's state and the last texts sent to it are looked up, unless they are given.
    """

    text: _Text
    sender: str | None = msgspec.field(name="from", default=None)
    recipient: str | None = msgspec.field(name="to", default=None)
    opted_out: bool | None = msgspec.field(name="optedOut", default=None)
    sent_texts: Annotated[list[_Text], msgspec.Meta(max_length=MAX_SENT_TEXTS)] | None = (
        msgspec.field(name="sentTexts", default=None)
    )


class ClassifiedText(msgspec.Struct, rename="camel", kw_only=True):
    """What the text asks for, by which layer and rule, how sure that is, what it would cause under
    the sender's policy, and why."""

    label: str
    keyword_class: str | None = msgspec.field(name="class")
    layer: str
    rule: str | None
    word: str | None
    score: float | None
    policy: str
    would: str
    why: str
    normalised: str
    rule_set: str


async def classify_text(request: WireRequest[NoQuery, Question]) -> ClassifiedText:
    """What a text asks for, by which layer and rule, how sure that is, what it would cause under
    the sender's policy, and why. Changes nothing."""
    supposed = _supposed(request.body)
    found, policy = await request.store.read(explain_text, request.account_id, supposed)
    return _render(found, policy)


def _supposed(question: Question) -> SupposedText:
    sent = None if question.sent_texts is None else tuple(question.sent_texts)
    return SupposedText(
        text=clean_text(question.text),
        sender=_number("from", question.sender),
        recipient=_number("to", question.recipient),
        opted_out=question.opted_out,
        sent_texts=sent,
    )


def _number(field: str, text: str | None) -> str | None:
    try:
        return None if text is None else parse_address(text)
    except InvalidNumber as error:
        raise InvalidField(field, str(error)) from None


def _render(found: Classification, policy: Policy) -> ClassifiedText:
    keyword_class = found.keyword_class
    return ClassifiedText(
        label=label_of(found),
        keyword_class=keyword_class.value if keyword_class else None,
        layer=found.layer.value,
        rule=found.rule or None,
        word=found.word,
        score=found.score if keyword_class else None,
        policy=policy.value,
        would=would(found, policy),
        why=why(found),
        normalised=found.normalised,
        rule_set=found.rule_set,
    )


ROUTES = [
    Route(
        "POST",
        "/stopline/v1/classify",
        classify_text,
        "What a text asks for",
        "Recognition",
        app_permission=AppPermission.A2P_SMS,
        errors=(404,),
        body_limit=BODY_BYTES,
    )
]
