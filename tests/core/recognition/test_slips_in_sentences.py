"""Slips anywhere in a sentence, and what the trained model adds."""

import subprocess
import sys
from pathlib import Path

import pytest

from stopline.consent import ALL_LAYERS, Layer, classify, label_of
from stopline.core.recognition.corrections import corrected, rejoined
from stopline.core.recognition.reading import canonical
from stopline.core.recognition.second_opinion import SURE_ODDS, opinion

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "token, word",
    [
        ("rwmove", "remove"),
        ("textibg", "texting"),
        ("lisst", "list"),
        ("unsubsribe", "unsubscribe"),
        ("agian", "again"),
        ("yuor", "your"),
        ("list", None),
        ("start", None),
        ("reactivate", None),
        ("bot", None),
        ("stopwatch", None),
        ("thanksgiving", None),
        ("it", None),
        ("a" * 1_000, None),
        ("ﷺﷺﷺﷺ", None),
    ],
)
def test_a_token_is_corrected(token: str, word: str | None) -> None:
    """One letter away from a word of requests, and no word of its own."""
    assert corrected(token) == word


@pytest.mark.parametrize(
    "text, whole",
    [
        ("sto ptexting", "stop texting"),
        ("takeme offthe list", "takeme offthe list"),
        ("remov e me", "remove me"),
        ("for der us", "for der us"),
        ("so me", "so me"),
    ],
)
def test_blanks_are_put_right(text: str, whole: str) -> None:
    """Where that makes words of requests of what is none."""
    assert " ".join(rejoined(text.split())) == whole


@pytest.mark.parametrize(
    "text, line",
    [
        ("takemeoff", ". take me off . "),
        ("don;t text me", ". dont text me . "),
        ("stop 555-123-4567", ". stop number . "),
        ("STOP!!!!!! Karen", ". stop . karen . "),
        ("pls unscribe me", ". unsubscribe me . "),
        ("stop & remove", ". stop and remove . "),
    ],
)
def test_canonical(text: str, line: str) -> None:
    """What ran together, was cut, or is a phone number."""
    assert canonical(text) == line


@pytest.mark.parametrize(
    "text, label",
    [
        ("rwmove me from all you lists", "opt_out"),
        ("take me odd your list", "opt_out"),
        ("stop massaging me", "opt_out"),
        ("sto ptexting me", "opt_out"),
        ("leave me aloe", "opt_out"),
        ("I need a massage", "none"),
        ("take me out on Friday", "none"),
        ("please reactivate my alerts", "opt_in"),
        ("I accidentally hit stop", "none"),
        ("I dont know u or want ur texts", "opt_out"),
    ],
)
def test_sentences(text: str, label: str) -> None:
    """A slip changes nothing; a word of its own stays one; a refusal is never an opt-in."""
    assert label_of(classify(text)) == label


def test_the_model_adds_to_the_rules() -> None:
    """It is asked where no rule is sure, and only by the layer of requests."""
    text = "Stop please leave off with that texting of yours ok"
    assert label_of(classify(text)) == "opt_out"
    assert label_of(classify(text, layers=ALL_LAYERS - {Layer.REQUEST})) == "none"
    assert (
        opinion(canonical("not my shop anymore, please remove my cell off the reminders"))
        > SURE_ODDS
    )
    assert opinion(canonical("see you on tuesday at the office")) == -float("inf")


@pytest.mark.parametrize(
    "text", ["do not text me while I'm driving", "stop texting until I call you"]
)
def test_less_than_an_end_is_no_matter_for_the_model(text: str) -> None:
    """It does not see so far."""
    assert opinion(canonical(text)) == -float("inf")


@pytest.mark.heavy
def test_weights_are_what_the_script_builds(tmp_path: Path) -> None:
    """The same texts give the same file, on any machine."""
    weights = ROOT / "src/stopline/core/recognition/opinion_weights.py"
    committed = weights.read_text()
    try:
        subprocess.run([sys.executable, str(ROOT / "scripts/build_opinion")], check=True)
        assert weights.read_text() == committed
    finally:
        weights.write_text(committed)
