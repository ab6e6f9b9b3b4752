"""What to do with an answer, by how sure it is."""

from enum import Enum

from stopline.core.keywords import Classification, KeywordClass, Layer
from stopline.core.recognition.rules import CLEAR_SCORE

NO_REQUEST = "none"


class Policy(Enum):
    """What a layer's answer may cause: nothing, a mark, a person's decision, the change itself."""

    OFF = "off"
    FLAG = "flag"
    REVIEW = "review"
    ACT = "act"


def default_policy(result: Classification) -> Policy:
    """Act on keywords, footer words and slips; review a clear request; flag a doubtful one.

    Only an exact keyword opts in: any other request to start is flagged, whatever its score.
    """
    if result.keyword_class is None:
        return Policy.OFF
    if result.layer in (Layer.EXACT, Layer.FOOTER):
        return Policy.ACT
    if result.keyword_class is KeywordClass.OPT_IN or result.score < CLEAR_SCORE:
        return Policy.FLAG
    return Policy.ACT if result.layer is Layer.SLIP else Policy.REVIEW


def label_of(result: Classification) -> str:
    """What the text asks for in one word: `opt_out`, `opt_in`, `help`, or `none` when in doubt."""
    if result.keyword_class is None or result.score < CLEAR_SCORE:
        return NO_REQUEST
    return result.keyword_class.value
