"""What may be wrong with the settings of a carrier."""

from stopline.core.errors import StoplineError


class SettingProblem(StoplineError):
    """A carrier's setting can not be used; names the key and the remedy, never a secret."""

    def __init__(self, key: str, remedy: str) -> None:
        super().__init__(f"{key}: {remedy}")
        self.key = key
        self.remedy = remedy
