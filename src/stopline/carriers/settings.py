"""What may be wrong with the settings of a carrier, and what all kinds of carriers share."""

from pathlib import Path

from stopline.core.errors import StoplineError
from stopline.core.numbers import is_country

# A password, a token or a key in PEM.
MAX_SECRET_BYTES = 4_096


class SettingProblem(StoplineError):
    """A carrier's setting can not be used; names the key and the remedy, never a secret."""

    def __init__(self, key: str, remedy: str) -> None:
        super().__init__(f"{key}: {remedy}")
        self.key = key
        self.remedy = remedy


def read_secret(key: str, value: str, file: str) -> str:
    """A secret that stands in the settings, or alone in a file that `KEY_file` names. Raises
    SettingProblem."""
    if not file:
        return value
    if value:
        raise SettingProblem(f"{key}_file", f"set {key} or {key}_file, not both")
    try:
        with Path(file).open(encoding="utf-8") as found:
            return found.read(MAX_SECRET_BYTES).strip()
    except OSError as error:
        raise SettingProblem(f"{key}_file", f"it can not be read ({error.strerror})") from None


def need_secret(key: str, value: str, file: str) -> str:
    """As `read_secret`, of one that can not be left out."""
    secret = read_secret(key, value, file)
    if not secret:
        raise SettingProblem(key, f"set {key}, or {key}_file to a file that holds it")
    return secret


def check_country(code: str) -> None:
    """Raises SettingProblem: with a country that is none, national numbers stay what they are."""
    if not is_country(code):
        raise SettingProblem("country", "give two capitals of ISO 3166, such as GB")
