"""The question a webhook must answer before anything is sent to it: does it want our events?"""

from stopline.egress.client import EgressAnswer, EgressError, EgressFailure
from stopline.ringcentral.errors import WireError, bad_parameter
from stopline.ringcentral.events import USER_AGENT
from stopline.ringcentral.webhooks import Webhooks

HANDSHAKE_MS = 3_000
ANSWER_LIMIT = 1_024  # bytes, counting headers
TOKEN_HEADER = "Validation-Token"


async def check_address(webhooks: Webhooks, address: str) -> None:
    """POST a fresh token to the address and look at the answer.

    Raises WireError 400: SUB-520 not echoed, SUB-521 not reachable, SUB-522 another status,
    SUB-524 certificate, SUB-525 an answer that is too large or not JSON, CMN-101 for what is no
    address at all.
    """
    token = webhooks.make_token()
    headers = {TOKEN_HEADER: token, "User-Agent": USER_AGENT}
    try:
        answer = await webhooks.client.post(
            address, b"", headers, total_ms=HANDSHAKE_MS, answer_limit=ANSWER_LIMIT
        )
    except EgressError as error:
        raise _unanswered(error.failure) from error
    problem = _answer_problem(answer, token)
    if problem is not None:
        raise problem


def _unanswered(failure: EgressFailure) -> WireError:
    match failure:
        case EgressFailure.INVALID_TARGET:
            return bad_parameter("deliveryMode.address")
        case EgressFailure.CERTIFICATE:
            return WireError(400, "SUB-524", "HTTPS certificate is not valid")
        case EgressFailure.BROKEN_ANSWER:
            return _invalid_answer()
        # A refused address reads like one where nobody listens: the difference would tell
        # strangers what lies in the operator's network.
        case _:
            return WireError(400, "SUB-521", "WebHook is not reachable")


def _answer_problem(answer: EgressAnswer, token: str) -> WireError | None:
    if answer.status != 200:
        message = f"WebHook responds with incorrect HTTP status. HTTP status is {answer.status}"
        return WireError(400, "SUB-522", message)
    if answer.is_cut or answer.header_size + len(answer.body) > ANSWER_LIMIT:
        return _invalid_answer()
    if answer.headers.get(TOKEN_HEADER.lower()) != token:
        return WireError(400, "SUB-520", "Validation Token is not returned")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if media_type == "application/json" else _invalid_answer()


def _invalid_answer() -> WireError:
    return WireError(400, "SUB-525", "WebHook server response is invalid")
