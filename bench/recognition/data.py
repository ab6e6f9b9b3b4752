"""The labelled texts, and what the recogniser says of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stopline.consent import ALL_LAYERS, Classification, Layer, classify, label_of

FOLDER = Path(__file__).parents[2] / "tests/data/optout-text"
FILES = ("dev.jsonl", "written.jsonl", "rounds.jsonl", "voices.jsonl", "chat.jsonl")
LABELS = ("opt_out", "opt_in", "help", "none")


@dataclass(frozen=True, slots=True)
class Sample:
    """One text, its label, and where it comes from."""

    text: str
    label: str
    kind: str
    lang: str
    source: str
    tags: frozenset[str]
    part: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A sample and what was said of it."""

    sample: Sample
    result: Classification

    @property
    def label(self) -> str:
        return label_of(self.result)

    @property
    def is_right(self) -> bool:
        return self.label == self.sample.label


def load_samples() -> list[Sample]:
    """Every clear sample; borderline ones are in no figure."""
    return [sample for name in FILES for sample in _read(FOLDER / name)]


def answer(samples: Iterable[Sample], layers: frozenset[Layer] = ALL_LAYERS) -> list[Answer]:
    return [Answer(sample, classify(sample.text, layers=layers)) for sample in samples]


def _read(path: Path) -> Iterable[Sample]:
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if row["grade"] == "clear":
            part = "second" if "second_batch" in row["tags"] else "first"
            if path.name != "written.jsonl":
                part = path.stem
            if row.get("part") == "held":
                part += " held"
            yield Sample(
                row["text"],
                row["label"],
                row["kind"],
                row["lang"],
                row["source"],
                frozenset(row["tags"]),
                part,
            )
