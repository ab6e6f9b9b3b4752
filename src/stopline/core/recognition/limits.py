"""From which odds on the model is believed."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Log-odds: from `sure` on the model reads a request, from `hinted` on where a hint of one
    stands as well, from `doubtful` on a person should look, and below `vetoed` what a rule reads is
    doubtful."""

    sure: float
    hinted: float
    doubtful: float
    vetoed: float


# Chosen by cross-validation, see docs/recognition.md.
LIMITS: Final = {
    "en": Limits(sure=2.5, hinted=1.5, doubtful=-0.5, vetoed=-3.5),
    "romance": Limits(sure=2.5, hinted=2.5, doubtful=0.0, vetoed=-2.5),
}
