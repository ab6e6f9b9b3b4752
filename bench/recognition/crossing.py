"""Cross-validation: each source read with a model that was trained on all other sources.

The rules themselves were made by looking at most of these texts, and can not be left out in turn;
the first looks in docs/recognition.md say how they do on texts that they were not made on.
"""

import re
import runpy
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from bench.recognition.data import Answer, Sample
from stopline.consent import Layer
from stopline.core.keywords import KeywordClass
from stopline.core.recognition.opinion_model import Model
from stopline.core.recognition.reading import own_words
from stopline.core.recognition.recogniser import find_by_rules, opinions, weighed
from stopline.core.recognition.rules import CLEAR_SCORE
from stopline.core.recognition.second_opinion import MODEL_OF, is_asked
from stopline.core.spelling import normalise

BUILD = Path(__file__).parents[2] / "scripts/build_opinion"
# Rounds are many and training takes time: they are left out a few at a time, never split.
ROUNDS_PARTS = 3
_WRITER = re.compile(r"round_(w\d)_")

OTHER_SOURCES = "model of other sources"

Labels = list[tuple[Sample, bool]]


def cross_validate(answers: list[Answer]) -> dict[str, Labels]:
    """Whether each text is an opt-out, by the rules alone, with the model as it is shipped, and
    with one that knows nothing of the text's source."""
    known = [one for one in answers if one.sample.lang in MODEL_OF]
    by_source: dict[str, list[Answer]] = defaultdict(list)
    for one in known:
        by_source[source_of(one.sample)].append(one)
    crossed: Labels = []
    for left_out in by_source.values():
        without = {id(one) for one in left_out}
        models = _train(one.sample for one in known if id(one) not in without)
        crossed += [(one.sample, is_opt_out(one, models)) for one in left_out]
    return {
        "rules alone": [(one.sample, is_opt_out(one, {})) for one in known],
        "as shipped": [(one.sample, one.label == "opt_out") for one in known],
        OTHER_SOURCES: crossed,
    }


def source_of(sample: Sample) -> str:
    """Where a text comes from: a public source, one of the writers, or some of the rounds."""
    rounds = sorted(tag for tag in sample.tags if tag.startswith("round_"))
    if not rounds:
        return "written" if "stopline" in sample.source else sample.source
    writer = _WRITER.match(rounds[0])
    if writer is not None:
        return f"writer {writer[1]}"
    return f"rounds {zlib.crc32(rounds[0].encode()) % ROUNDS_PARTS}"


def is_opt_out(one: Answer, models: dict[str, Model]) -> bool:
    """What the recogniser would say with these models; without any, what the rules say."""
    if one.result.layer in (Layer.EXACT, Layer.FOOTER, Layer.SLIP):
        return one.label == "opt_out"
    own = own_words(one.sample.text)
    if not own:
        return False

    def ask(line: str, language: str) -> float | None:
        model = models.get(MODEL_OF[language])
        return model.odds(line, language) if model and is_asked(line, language) else None

    rule = find_by_rules(own, normalise(own))
    if rule is None or rule.keyword_class is KeywordClass.OPT_OUT:
        rule = weighed(rule, opinions(own, normalise(own), ask))
    return (
        rule is not None
        and rule.score >= CLEAR_SCORE
        and rule.keyword_class is KeywordClass.OPT_OUT
    )


_BUILD = runpy.run_path(str(BUILD))


def _train(samples: Iterable[Sample]) -> dict[str, Model]:
    learnt = defaultdict(list)
    for one in samples:
        if "held" not in one.part:
            name, sample = _BUILD["sample"](one.text, one.lang, one.label == "opt_out")
            learnt[name].append(sample)
    return {
        name: Model(*_BUILD["train"](found, _BUILD["MIN_TEXTS"][name]))
        for name, found in learnt.items()
    }
