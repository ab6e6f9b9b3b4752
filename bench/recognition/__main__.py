"""Score the recogniser on the labelled texts and print where it fails.

Texts the rules were built on flatter; no rule was made by looking at those named `held`, but they
were scored several times while building.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict

from bench.recognition.crossing import OTHER_SOURCES, Labels, cross_validate, source_of
from bench.recognition.data import LABELS, Answer, answer, load_samples
from bench.recognition.figures import KEYWORD_TAG, Score, confusion, grouped, score
from stopline.consent import ALL_LAYERS, Layer, classify

WORST_CASES = 40
# Of fewer texts of a source and language a share says nothing.
MIN_CROSSED = 50


def main(arguments: list[str]) -> int:
    samples = load_samples()
    answers = answer(samples)
    if "--json" in arguments:
        print(json.dumps({part: asdict(s) for part, s in _by_part(answers).items()}, indent=1))
        return 0
    _print_scores("all", {"all": score(answers)})
    _print_scores("part", _by_part(answers))
    _print_scores("source", grouped(answers, lambda a: a.sample.source[:24]))
    _print_scores("language", grouped(answers, lambda a: a.sample.lang))
    _print_scores("kind", grouped(answers, lambda a: a.sample.kind))
    _print_scores(
        "without layer",
        {
            one.value: score(answer(samples, ALL_LAYERS - {one}))
            for one in Layer
            if one in ALL_LAYERS
        },
    )
    _print_crossed(answers)
    _print_layers(answers)
    _print_confusion(answers)
    _print_times([sample.text for sample in samples])
    _print_worst([a for a in answers if not a.is_right and "held" not in a.sample.part])
    return 0


def _by_part(answers: list[Answer]) -> dict[str, Score]:
    return grouped(answers, lambda a: a.sample.part)


def _print_scores(title: str, scores: dict[str, Score]) -> None:
    print(
        f"\n{title:26}{'texts':>6} {'recall':>8} {'precis.':>8} {'false':>8} {'f. keyw.':>8} as in"
    )
    for name, one in scores.items():
        shares = (one.recall, one.precision, one.false_opt_outs, one.keyword_false_opt_outs)
        cells = " ".join(f"{'-' if s is None else format(s, '.2%'):>8}" for s in shares)
        print(f"{name:26}{one.count:6} {cells} {one.opt_outs_as_opt_in:5}")


def _print_crossed(answers: list[Answer]) -> None:
    print(f"\n{'model, by':26}{'recall':>8}{'false':>8}{'f. keyw.':>9}")
    crossed = cross_validate(answers)
    for name, labels in crossed.items():
        _print_shares(name, labels)
    print("\nmodel of other sources, by source, without what is held back")
    by_source: dict[str, Labels] = defaultdict(list)
    for sample, said in crossed[OTHER_SOURCES]:
        if "held" not in sample.part:
            by_source[f"{source_of(sample)[:20]} {sample.lang}"].append((sample, said))
    for name, labels in sorted(by_source.items()):
        if len(labels) >= MIN_CROSSED:
            _print_shares(name, labels)


def _print_shares(name: str, labels: Labels) -> None:
    asked = [said for sample, said in labels if sample.label == "opt_out"]
    quiet = [(sample, said) for sample, said in labels if sample.label == "none"]
    bearing = [said for sample, said in quiet if KEYWORD_TAG in sample.tags]
    shares = (asked, [said for _, said in quiet], bearing)
    cells = (f"{sum(one) / len(one):8.2%}" if one else f"{'-':>8}" for one in shares)
    print(f"{name:26}{' '.join(cells)}  of {len(asked)}, {len(quiet)}")


def _print_layers(answers: list[Answer]) -> None:
    print("\nopt-outs by layer and rule: right, wrong")
    counts: Counter[tuple[str, bool]] = Counter()
    for one in answers:
        if one.label == "opt_out":
            rule = one.result.rule or one.result.layer.value
            counts[f"{one.result.layer.value:8} {rule}", one.is_right] += 1
    for name in sorted({name for name, _ in counts}):
        print(f"  {name:40}{counts[name, True]:6}{counts[name, False]:6}")


def _print_confusion(answers: list[Answer]) -> None:
    print("\nlabel \\ said  " + "".join(f"{label:>9}" for label in LABELS))
    for true, said in confusion(answers):
        print(f"{true:14}" + "".join(f"{count:9}" for count in said))


def _print_times(texts: list[str]) -> None:
    print("\nmicroseconds of processor time a text")
    usual = [text for text in texts if 120 <= len(text) <= 200]
    for name, layers in (("a-c", ALL_LAYERS - {Layer.REQUEST}), ("a-d", ALL_LAYERS)):
        for length, some in (("any length", texts), ("120 to 200 characters", usual)):
            taken = sorted(_microseconds(text, layers) for text in some)
            median, late = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
            print(f"  layers {name}, {length:22}: median {median:.0f}, 99 % {late:.0f}")


def _microseconds(text: str, layers: frozenset[Layer]) -> float:
    start = time.process_time_ns()
    classify(text, layers=layers)
    return (time.process_time_ns() - start) / 1000


def _print_worst(wrong: list[Answer]) -> None:
    print(f"\nwrong: {len(wrong)} (held back ones are not shown)")
    for one in wrong[:WORST_CASES]:
        rule = one.result.rule or "-"
        print(f"  {one.sample.label:8} {one.label:8} {rule:22} {one.sample.text[:90]!r}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
