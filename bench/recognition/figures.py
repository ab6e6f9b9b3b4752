"""Precision, recall and false alarms of a set of answers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.recognition.data import LABELS, Answer

KEYWORD_TAG = "has_keyword"


@dataclass(frozen=True, slots=True)
class Score:
    """Shares are None where there is nothing to divide by."""

    count: int
    recall: float | None
    precision: float | None
    false_opt_outs: float | None
    keyword_false_opt_outs: float | None
    opt_outs_as_opt_in: int


def score(answers: list[Answer], label: str = "opt_out") -> Score:
    asked = [a for a in answers if a.sample.label == label]
    said = [a for a in answers if a.label == label]
    right = sum(a.is_right for a in asked)
    quiet = [a for a in answers if a.sample.label == "none"]
    bearing = [a for a in quiet if KEYWORD_TAG in a.sample.tags]
    return Score(
        len(answers),
        _share(right, len(asked)),
        _share(right, len(said)),
        _share(sum(a.label == "opt_out" for a in quiet), len(quiet)),
        _share(sum(a.label == "opt_out" for a in bearing), len(bearing)),
        sum(a.sample.label == "opt_out" and a.label == "opt_in" for a in answers),
    )


def grouped(answers: list[Answer], key: Callable[[Answer], str]) -> dict[str, Score]:
    names = sorted({key(a) for a in answers})
    return {name: score([a for a in answers if key(a) == name]) for name in names}


def confusion(answers: Iterable[Answer]) -> list[tuple[str, list[int]]]:
    """For each label: how often each label was said."""
    counts = Counter((a.sample.label, a.label) for a in answers)
    return [(true, [counts[true, said] for said in LABELS]) for true in LABELS]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
