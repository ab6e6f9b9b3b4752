"""Error answers: one envelope for every kind of client, and one table from our errors to it.

The envelope is a superset: `errorCode` and `message` at the top for the High Volume SMS pages,
`errors[]` for the rest of the platform, `error` and `error_description` for OAuth.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from stopline.core import errors as core_errors

# The wire's names for fields that core and flows call otherwise.
WIRE_FIELDS = {"sender": "from", "recipient": "to", "recipients": "to"}


class WireError(Exception):
    """An answer that is an error. `inner_code` stands in `errors[]` where it differs."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        parameter: str | None = None,
        permission: str | None = None,
        inner_code: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.message = message
        self.parameter = parameter
        self.permission = permission
        self.inner_code = inner_code
        self.headers = headers

    def body(self) -> dict[str, Any]:
        """The envelope as JSON-ready values."""
        inner = {"errorCode": self.inner_code or self.code, **self._details()}
        return {"errorCode": self.code, **self._details(), "errors": [inner]}

    def _details(self) -> dict[str, Any]:
        details: dict[str, Any] = {"message": self.message}
        if self.parameter is not None:
            details["parameterName"] = self.parameter
        if self.permission is not None:
            details["permissionName"] = self.permission
        return details


class UnknownPath(WireError):
    """No route has this path: the one envelope whose `errors` is empty."""

    def __init__(self) -> None:
        super().__init__(404, "AGW-404", "Resource not found")

    def body(self) -> dict[str, Any]:
        """The envelope as JSON-ready values."""
        return {"errorCode": self.code, "message": self.message, "errors": []}


class OAuthError(WireError):
    """An answer of the OAuth endpoints: the envelope with OAuth's own words before it."""

    def __init__(self, error: str, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(status, code, message)
        self.error = error

    def body(self) -> dict[str, Any]:
        """The envelope as JSON-ready values."""
        return {"error": self.error, "error_description": self.message, **super().body()}


def bad_parameter(name: str) -> WireError:
    """400: the value of this parameter or body field is not allowed."""
    return WireError(400, "CMN-101", f"Parameter [{name}] value is invalid", parameter=name)


def not_found(name: str) -> WireError:
    """404: what this parameter names does not exist for the caller."""
    message = f"Resource for parameter [{name}] is not found"
    return WireError(404, "CMN-102", message, parameter=name)


def unparsable_body(code: str = "CMN-103") -> WireError:
    """400: the body is no JSON we accept; High Volume SMS says CMN-104, the rest CMN-103."""
    return WireError(400, code, "Cannot parse request")


def duplicate_parameter(name: str) -> WireError:
    """400: a parameter with one value was given two different ones."""
    return WireError(400, "CMN-406", f"Parameter [{name}] has duplicate values", parameter=name)


def bad_media_type() -> WireError:
    """415: the body is of a kind this call does not take."""
    return WireError(415, "CMN-407", "Parameter in header is invalid")


def too_large() -> WireError:
    """413: the body is over this call's limit."""
    return WireError(413, "CMN-101", "Request body is too large")


def app_lacks(permission: str) -> WireError:
    """403: the application was not given this permission."""
    message = (
        f"In order to call this API endpoint, application needs to have [{permission}] permission"
    )
    return WireError(403, "CMN-401", message, permission=permission)


def user_lacks(permission: str) -> WireError:
    """403: the user was not given this permission."""
    message = (
        f"In order to call this API endpoint, user needs to have [{permission}] permission"
        " for requested resource."
    )
    return WireError(403, "CMN-408", message, permission=permission)


def method_not_allowed(allowed: str) -> WireError:
    """405: the path exists, not with this method."""
    return WireError(405, "CMN-120", "Method is not allowed", headers=(("Allow", allowed),))


def rate_exceeded(retry_after_s: int) -> WireError:
    """429: too many requests of this user and application in this group."""
    headers = (("Retry-After", str(retry_after_s)),)
    return WireError(429, "CMN-301", "Request rate exceeded", headers=headers)


def same_request_running() -> WireError:
    """429: the first request with the same key is not answered yet."""
    message = "The same request is already running"
    return WireError(429, "CMN-304", message, headers=(("Retry-After", "1"),))


def server_fault() -> WireError:
    """500: our fault; nothing of it is told outside."""
    return WireError(500, "CMN-203", "Internal Server Error")


def overload() -> WireError:
    """503: not now."""
    message = "Service is temporarily unavailable"
    return WireError(503, "CMN-201", message, headers=(("Retry-After", "5"),))


@dataclass(frozen=True, slots=True)
class _Unauthorized:
    code: str
    message: str
    inner_code: str | None = None


_CHALLENGE = (("WWW-Authenticate", 'Bearer realm="RingCentral REST API"'),)
NO_AUTHORIZATION = _Unauthorized("AGW-401", "Authorization header is not specified")
BAD_AUTHORIZATION = _Unauthorized("AGW-402", "Invalid Authorization header")
TOKEN_UNKNOWN = _Unauthorized("TokenInvalid", "OAuth token is invalid", "OAU-149")
TOKEN_EXPIRED = _Unauthorized("TokenExpired", "Access token expired.", "OAU-128")
TOKEN_REVOKED = _Unauthorized("OAU-213", "Token not found")


def unauthorized(why: _Unauthorized) -> WireError:
    """401 with a challenge; the two codes of one answer may differ."""
    return WireError(401, why.code, why.message, inner_code=why.inner_code, headers=_CHALLENGE)


def from_core(error: core_errors.StoplineError) -> WireError:
    """The answer to an error of core or flows. Unknown kinds are our own fault: 500."""
    match error:
        case core_errors.InvalidField():
            return bad_parameter(WIRE_FIELDS.get(error.field, error.field))
        case core_errors.NotFound():
            return not_found(WIRE_FIELDS.get(error.field, error.field))
        case core_errors.InvalidNumber():
            return bad_parameter("phoneNumber")
        case core_errors.StillRunning():
            return same_request_running()
        case core_errors.Conflict():
            return WireError(409, "CMN-406", "The request contradicts an earlier one")
        case core_errors.NotAllowed():
            return WireError(403, "CMN-109", "Feature not available")
        case core_errors.LimitReached():
            return WireError(403, "CMN-106", "Limit is reached")
    return server_fault()


def render_error(error: WireError, *, full_stop: bool) -> bytes:
    """The body of an error answer. `full_stop`: how the a2p pages end two of the messages."""
    if full_stop and error.code in ("CMN-101", "CMN-102") and not error.message.endswith("."):
        error.message += "."
    return msgspec.json.encode(error.body())


def render_early_refusal(status: int, reason: str) -> bytes:
    """The envelope for a request that passed a limit before it could be read as a request."""
    return render_error(WireError(status, "CMN-101", reason), full_stop=False)
