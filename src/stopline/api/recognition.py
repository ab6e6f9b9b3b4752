"""`/stopline/v1/classify`: what a text asks for and what it would cause. Changes nothing."""

from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from stopline.api.answers import endpoint, read_json
from stopline.core.access import AppPermission, Principal
from stopline.core.errors import InvalidField, InvalidNumber
from stopline.core.keywords import Classification
from stopline.core.numbers import parse_address
from stopline.core.recognition.explain import why, would
from stopline.core.recognition.policy import Policy, label_of
from stopline.core.text import clean_text
from stopline.flows.explaining import SupposedText, explain_text
from stopline.flows.ports import Store

# The longest chain of SMS parts holds some 39,000 characters; nobody types as much.
MAX_TEXT_CHARS = 4_096
MAX_SENT_TEXTS = 3

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


def recognition_routes(store: Store) -> list[Route]:
    """The call. It needs a token of an app that may send."""

    async def classify(request: Request, caller: Principal) -> dict[str, Any]:
        """What a text asks for, by which layer and rule, how sure that is, what it would cause
        under the sender's policy, and why. Changes nothing."""
        supposed = _supposed(await read_json(request, Question))
        found, policy = await store.read(explain_text, caller.account_id, supposed)
        return _render(found, policy)

    answer = endpoint(store, AppPermission.A2P_SMS, classify)
    return [Route("/stopline/v1/classify", answer, methods=["POST"])]


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


def _render(found: Classification, policy: Policy) -> dict[str, Any]:
    keyword_class = found.keyword_class
    return {
        "label": label_of(found),
        "class": keyword_class.value if keyword_class else None,
        "layer": found.layer.value,
        "rule": found.rule or None,
        "word": found.word,
        "score": found.score if keyword_class else None,
        "policy": policy.value,
        "would": would(found, policy),
        "why": why(found),
        "normalised": found.normalised,
        "ruleSet": found.rule_set,
    }
