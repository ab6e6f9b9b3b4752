"""An answer in words: what it is based on and what it would cause."""

from stopline.core.keywords import Classification, KeywordClass, Layer
from stopline.core.recognition.policy import Policy
from stopline.core.recognition.rules import CLEAR_SCORE

_WOULD = {
    (KeywordClass.OPT_OUT, Policy.ACT): "opt the pair out",
    (KeywordClass.OPT_OUT, Policy.REVIEW): "hold the pair until a person decides",
    (KeywordClass.OPT_OUT, Policy.FLAG): "be marked for a person to see",
    (KeywordClass.OPT_IN, Policy.ACT): "opt the pair in",
    (KeywordClass.OPT_IN, Policy.FLAG): "be marked; only the exact keyword opts in",
    (KeywordClass.HELP, Policy.ACT): "be answered with the help text",
    (KeywordClass.HELP, Policy.FLAG): "be marked as a question",
}


def would(result: Classification, policy: Policy) -> str:
    """What the text would cause under this policy."""
    if result.keyword_class is None or policy is Policy.OFF:
        return "change nothing"
    return _WOULD.get((result.keyword_class, policy), "be marked for a person to see")


def why(result: Classification) -> str:
    """What the answer is based on."""
    match result.layer:
        case Layer.EXACT:
            what = f'the keyword "{result.word}"' if result.word else "a stop sign"
            return f"the whole message is {what}"
        case Layer.FOOTER:
            return f'a text sent to the person offers "{result.word}"'
        case Layer.SLIP:
            return f'the message is "{result.word}" with a slip, or with courtesy around it'
        case Layer.REQUEST:
            sure = "clear" if result.score >= CLEAR_SCORE else "doubtful"
            return f"free text that rule {result.rule} reads, {sure} at {result.score:.2f}"
    return "no layer reads a request in it"
