"""`/stopline/v1/classify`: what a text asks for and what it would cause. Changes nothing."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stopline.api.answers import NO_STORE, Refused, read_json
from stopline.api.bearers import find_caller
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
    """The call. It needs a token of any app of the account."""

    async def classify(request: Request) -> Response:
        """What a text asks for, by which layer and rule, how sure that is, what it would cause
        under the sender's policy, and why. Changes nothing."""
        return await _answer(store, request)

    return [Route("/stopline/v1/classify", classify, methods=["POST"])]


async def _answer(store: Store, request: Request) -> Response:
    try:
        caller = await find_caller(store, request)
        if caller is None:
            raise Refused(HTTPStatus.UNAUTHORIZED, "Unauthorized", "a bearer token is needed")
        supposed = _supposed(await read_json(request, Question))
        found, policy = await store.read(explain_text, caller.account_id, supposed)
    except Refused as refused:
        return refused.render()
    except InvalidField as error:
        return Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", str(error)).render()
    return JSONResponse(_render(found, policy), headers=NO_STORE)


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
