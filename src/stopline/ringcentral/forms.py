"""Form bodies of the OAuth endpoints."""

import re
from urllib.parse import parse_qsl

from stopline.ringcentral.errors import OAuthError, WireError
from stopline.ringcentral.request import Form

FORM_TYPE = "application/x-www-form-urlencoded"
# The token endpoint has about twenty parameters; more pairs are somebody's attempt.
MAX_FORM_FIELDS = 100

_INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)


def parse_form(raw: bytes, *, is_form: bool) -> Form:
    """Every pair of a form; a body of another media type is marked and left unread.

    Raises WireError 400 when it is no form in UTF-8.
    """
    if not is_form:
        return Form({}, other_type=bool(raw))
    values: dict[str, list[str]] = {}
    for name, value in _pairs(raw):
        if "\0" in value:
            raise WireError(400, "CMN-104", "Cannot parse request")
        values.setdefault(name, []).append(value)
    return Form(values)


def _pairs(raw: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MAX_FORM_FIELDS,
        )
    except ValueError as error:
        raise WireError(400, "CMN-104", "Cannot parse request") from error


class FormFields:
    """The form of one request: one value for each name, empty ones absent."""

    def __init__(self, form: Form) -> None:
        self._values = form.values

    def get(self, name: str) -> str | None:
        """The first value that is not empty."""
        return next((value for value in self._values.get(name, ()) if value), None)

    def require(self, name: str) -> str:
        """The same. Raises OAuthError 400 when there is none."""
        value = self.get(name)
        if value is None:
            message = f"Parameter [{name}] value is invalid"
            raise OAuthError("invalid_request", "CMN-101", message)
        return value

    def refuse_duplicates(self) -> None:
        """Raises OAuthError 400 for a name with two different values."""
        for name, values in self._values.items():
            if len(set(values)) > 1:
                message = f"Parameter [{name}] has duplicate values"
                raise OAuthError("invalid_request", "OAU-111", message)

    def seconds(self, name: str) -> int | None:
        """A wish for a life; `NaN` and the like are no wish."""
        text = self.get(name)
        return int(text) if text and _INTEGER.fullmatch(text) else None
