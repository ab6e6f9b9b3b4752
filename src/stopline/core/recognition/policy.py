"""What to do with an answer, by how sure it is."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from stopline.core.keywords import Classification, KeywordClass, Layer
from stopline.core.recognition.rules import CLEAR_SCORE

NO_REQUEST = "none"


class Policy(Enum):
    """What a layer's answer may cause: nothing, a mark, a person's decision, the change itself."""

    OFF = "off"
    FLAG = "flag"
    REVIEW = "review"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Policies:
    """What each layer may cause for one sender. Exact keywords always act.

    `request` is for clear requests in free text, `doubtful` for those with a score under 0.5.
    """

    footer: Policy = Policy.ACT
    slip: Policy = Policy.ACT
    request: Policy = Policy.REVIEW
    doubtful: Policy = Policy.FLAG

    @property
    def layers(self) -> frozenset[Layer]:
        """The layers to be asked."""
        asked = {
            Layer.EXACT: Policy.ACT,
            Layer.FOOTER: self.footer,
            Layer.SLIP: self.slip,
            Layer.REQUEST: self.doubtful if self.request is Policy.OFF else self.request,
        }
        return frozenset(layer for layer, policy in asked.items() if policy is not Policy.OFF)

    def decide(self, result: Classification) -> Policy:
        """What this answer causes.

        Only an exact keyword opts in: any other request to start is flagged, whatever its score.
        A pair is held for an opt-out alone: a question in free text is flagged.
        """
        if result.keyword_class is None:
            return Policy.OFF
        policy = self._of_layer(result)
        if result.layer is Layer.EXACT or policy is Policy.OFF:
            return policy
        if result.keyword_class is KeywordClass.OPT_IN:
            return Policy.FLAG
        if result.keyword_class is KeywordClass.HELP and policy is Policy.REVIEW:
            return Policy.FLAG
        return policy

    def _of_layer(self, result: Classification) -> Policy:
        match result.layer:
            case Layer.EXACT:
                return Policy.ACT
            case Layer.FOOTER:
                return self.footer
            case Layer.SLIP:
                return self.slip
        return self.doubtful if result.score < CLEAR_SCORE else self.request


DEFAULT_POLICIES: Final = Policies()


def default_policy(result: Classification) -> Policy:
    """Act on keywords, footer words and slips; review a clear request; flag a doubtful one."""
    return DEFAULT_POLICIES.decide(result)


def label_of(result: Classification) -> str:
    """What the text asks for in one word: `opt_out`, `opt_in`, `help`, or `none` when in doubt."""
    if result.keyword_class is None or result.score < CLEAR_SCORE:
        return NO_REQUEST
    return result.keyword_class.value
