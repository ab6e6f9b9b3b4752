"""Form bodies of the OAuth endpoints."""

from urllib.parse import parse_qsl

from stopline.ringcentral.errors import WireError
from stopline.ringcentral.request import Form

FORM_TYPE = "application/x-www-form-urlencoded"
# The token endpoint has about twenty parameters; more pairs are somebody's attempt.
MAX_FORM_FIELDS = 100


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
