"""Slips anywhere in a sentence, and what the trained model adds."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from stopline.consent import ALL_LAYERS, Layer, classify, label_of
from stopline.core.recognition.corrections import corrected, rejoined
from stopline.core.recognition.languages import languages_of
from stopline.core.recognition.limits import LIMITS
from stopline.core.recognition.opinion_features import features, sentences
from stopline.core.recognition.opinion_model import Model
from stopline.core.recognition.opinion_weights import BUILT_FROM
from stopline.core.recognition.reading import canonical
from stopline.core.recognition.recogniser import canonical_of, weighed
from stopline.core.recognition.rules import Rule
from stopline.core.recognition.second_opinion import MODEL_OF, opinion

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
        ("🛑 START", "none"),
        ("🛑 strat", "none"),
    ],
)
def test_sentences(text: str, label: str) -> None:
    """A slip changes nothing; a word of its own stays one; a refusal is never an opt-in."""
    assert label_of(classify(text)) == label


@pytest.mark.parametrize(
    "text, language",
    [
        ("not my shop anymore, please remove my cell off the reminders", "en"),
        ("Ordered a cake once, years back. Do me a favor and turn these off for good", "en"),
        ("ya estuvo bueno de tanto mensajito, quitenme de ahi", "es"),
        ("pu capable de vos textos, enlevez mon numero", "fr"),
    ],
)
def test_the_model_reads_requests(text: str, language: str) -> None:
    """In each of the languages, also where a request is one sentence of several."""
    odds = opinion(canonical_of(text, language), language)
    assert odds is not None
    assert odds > LIMITS[MODEL_OF[language]].sure


def test_the_model_adds_to_the_rules() -> None:
    """It is asked where no rule is sure, and only by the layer of requests."""
    text = "Stop please leave off with that texting of yours ok"
    assert label_of(classify(text)) == "opt_out"
    assert label_of(classify(text, layers=ALL_LAYERS - {Layer.REQUEST})) == "none"
    assert opinion(canonical("see you on tuesday at the office")) is None


@pytest.mark.parametrize(
    "odds, score, left",
    [
        ({"en": 0.0}, 0.9, 0.9),
        ({"en": -9.0}, 0.9, 0.35),
        ({"es": -9.0}, 0.9, 0.9),
        ({}, 0.9, 0.9),
        ({"en": 9.0}, 0.3, 0.55),
        ({"en": -9.0}, 0.3, 0.3),
    ],
)
def test_model_and_rules_are_weighed(odds: dict[str, float], score: float, left: float) -> None:
    """The model of its language makes a rule doubtful where it is sure of the contrary,
    and decides where no rule is sure."""
    rule = weighed(Rule("en.any", (), score), odds)
    assert rule is not None
    assert rule.score == left


def test_weights_are_read_like_features() -> None:
    """What is looked up in parts while reading is what the script learnt as a whole."""
    line = ". take me off this list . thanks ! 5 ."
    parts = sentences(line)
    assert len(parts) == 2
    learnt = dict.fromkeys(features(parts), 1.0)
    assert Model(learnt, 0.5).odds(line, "en") == 0.5 + len(features(parts))


@pytest.mark.parametrize(
    "text", ["do not text me while I'm driving", "stop texting until I call you"]
)
def test_less_than_an_end_is_no_matter_for_the_model(text: str) -> None:
    """It does not see so far."""
    assert opinion(canonical(text)) is None


@pytest.mark.parametrize(
    "text, languages",
    [
        ("take me off the list", ("en",)),
        ("", ("en",)),
        ("ya no me manden mensajes por favor", ("es",)),
        ("arretez de m envoyer des textos svp", ("fr",)),
        ("please remove mi numero from la lista", ("en", "es")),
    ],
)
def test_languages_are_told_by_small_words(text: str, languages: tuple[str, ...]) -> None:
    """English where nothing says more; both where a text is of two."""
    assert languages_of(text.split()) == languages


def test_weights_are_not_older_than_what_they_are_built_from() -> None:
    """Whoever changes texts or features runs scripts/build_opinion."""
    assert runpy.run_path(str(ROOT / "scripts/build_opinion"))["built_from"]() == BUILT_FROM


@pytest.mark.heavy
@pytest.mark.whole
def test_weights_are_what_the_script_builds(tmp_path: Path) -> None:
    """The same texts give the same file, on any machine."""
    weights = ROOT / "src/stopline/core/recognition/opinion_weights.py"
    committed = weights.read_text()
    try:
        subprocess.run([sys.executable, str(ROOT / "scripts/build_opinion")], check=True)
        assert weights.read_text() == committed
    finally:
        weights.write_text(committed)
