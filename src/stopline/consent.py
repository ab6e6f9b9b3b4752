"""Read what an inbound text asks for. Usable without a server, in any application.

    >>> from stopline.consent import classify, label_of
    >>> label_of(classify("pls take me off ur list"))
    'opt_out'
    >>> label_of(classify("I'll stop by at 5"))
    'none'

Nothing is stored and nothing is sent. The answer names the layer, the rule, how sure it is and
the rule set, so that it can be explained and repeated.
"""

from stopline.core.keywords import (
    DEFAULT_KEYWORDS,
    RULE_SET_ID,
    Classification,
    Context,
    KeywordClass,
    KeywordSet,
    Layer,
)
from stopline.core.recognition.explain import why, would
from stopline.core.recognition.policy import Policies, Policy, default_policy, label_of
from stopline.core.recognition.recogniser import ALL_LAYERS, SURE_LAYERS, recognise

__all__ = [
    "ALL_LAYERS",
    "DEFAULT_KEYWORDS",
    "RULE_SET_ID",
    "SURE_LAYERS",
    "Classification",
    "Context",
    "KeywordClass",
    "KeywordSet",
    "Layer",
    "Policies",
    "Policy",
    "classify",
    "default_policy",
    "label_of",
    "why",
    "would",
]


def classify(
    text: str,
    context: Context | None = None,
    *,
    keywords: KeywordSet = DEFAULT_KEYWORDS,
    layers: frozenset[Layer] = ALL_LAYERS,
) -> Classification:
    """What the text asks for, by the given layers (all by default). Never raises.

    `context` tells whether the pair is opted out, the last texts sent to it and the recipient's
    country; without it, every opt-in word counts and no footer is known. A result of class OPT_IN
    may be acted on only where `default_policy` says ACT.
    """
    return recognise(text, keywords, Context() if context is None else context, layers)
