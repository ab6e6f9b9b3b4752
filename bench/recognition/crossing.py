"""Cross-validation: each source read with a model that was trained on all other sources.

The rules themselves were made by looking at most of these texts, and can not be left out in turn;
the first looks in docs/recognition.md say how they do on texts that they were not made on.
"""

import runpy
import zlib
from collections.abc import Callable
from pathlib import Path

from bench.recognition.data import Answer, Sample
from stopline.core.recognition import english
from stopline.core.recognition.reading import canonical, own_words
from stopline.core.recognition.rules import find_rule
from stopline.core.recognition.second_opinion import HINTED_ODDS, SURE_ODDS, features, is_asked

BUILD = Path(__file__).parents[2] / "scripts/build_opinion"
OPINION = "en.opinion"
# The private texts and the written ones of one domain are many: they are read in parts.
LARGE = {"UCI SMS Spam Collection v.1", "stopline:written", "synthetic:stopline"}
PARTS = 4

Labels = list[tuple[Sample, bool]]


def cross_validate(answers: list[Answer]) -> dict[str, Labels]:
    """Whether each English text is an opt-out, by the rules alone, with the model as it is
    shipped, and with one that knows nothing of the text's source."""
    known = [one for one in answers if one.sample.lang == "en"]
    sources = sorted({_source(one.sample) for one in known})
    crossed: Labels = []
    for source in sources:
        odds = _train([one.sample for one in known if _source(one.sample) != source])
        crossed += [
            (one.sample, _label(one, odds)) for one in known if _source(one.sample) == source
        ]
    return {
        "rules alone": [(one.sample, _by_rules(one) is True) for one in known],
        "as shipped": [(one.sample, one.label == "opt_out") for one in known],
        "model of other sources": crossed,
    }


def _source(sample: Sample) -> str:
    if sample.source in LARGE:
        return f"{sample.source} {zlib.crc32(sample.text.encode()) % PARTS}"
    return sample.source


def _by_rules(one: Answer) -> bool | None:
    """What is known without the model; None where it would be asked."""
    if one.result.rule == OPINION or one.result.keyword_class is None:
        return None
    return one.label == "opt_out"


def _label(one: Answer, odds: Callable[[list[str]], float]) -> bool:
    by_rules = _by_rules(one)
    if by_rules is not None:
        return by_rules
    own = own_words(one.sample.text)
    line = canonical(own) if own else ""
    if not is_asked(line) or english.GRAMMAR.is_mistake(line):
        return False
    found = odds(line.split())
    return found >= SURE_ODDS or (
        found >= HINTED_ODDS and find_rule(english.HINTS, line) is not None
    )


def _train(samples: list[Sample]) -> Callable[[list[str]], float]:
    build = runpy.run_path(str(BUILD))
    rows = []
    for sample in samples:
        own = own_words(sample.text)
        if "held" not in sample.part:
            found = sorted(set(features(canonical(own).split())))
            rows.append((found, sample.label == "opt_out"))
    weights, bias = build["train"](rows)
    return lambda tokens: bias + sum(weights.get(f, 0.0) for f in set(features(tokens)))
