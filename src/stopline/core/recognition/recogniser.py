"""All layers together: exact keyword, footer word, keyword slip, request in free text."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from msgspec import structs

from stopline.core.automatic import is_automatic_text
from stopline.core.keywords import (
    Classification,
    Context,
    KeywordClass,
    KeywordSet,
    Layer,
    classify,
    refuses,
)
from stopline.core.recognition import (
    english,
    french,
    french_lexicon,
    spanish,
    spanish_lexicon,
)
from stopline.core.recognition.languages import languages_of
from stopline.core.recognition.limits import LIMITS
from stopline.core.recognition.near_keywords import NearKeyword, find_near_keyword
from stopline.core.recognition.reading import MAX_READ_CHARS, canonical, own_words
from stopline.core.recognition.rules import CLEAR_SCORE, Rule, find_rule
from stopline.core.recognition.second_opinion import MODEL_OF, opinion
from stopline.core.recognition.second_readings import second_readings
from stopline.core.recognition.telegrams import TELEGRAM, is_telegram
from stopline.core.spelling import normalise, undisguise_letters
from stopline.core.wrapping import undictated

ALL_LAYERS: Final = frozenset(Layer) - {Layer.NONE}
SURE_LAYERS: Final = frozenset({Layer.EXACT, Layer.FOOTER})

# Other languages, each with its own reading of words.
_GRAMMARS: Final = MappingProxyType({"es": spanish.GRAMMAR, "fr": french.GRAMMAR})
_LEXICONS: Final = MappingProxyType({"es": spanish_lexicon.LEXICON, "fr": french_lexicon.LEXICON})

# A text with more words of another language than this share is not English.
_MOST: Final = 0.34

# A keyword with a slip is nearly as sure as the keyword.
_SLIP_SCORE = 0.95
# A second reading of a text needs a sure rule, and is itself less sure.
_SURE_SCORE = 0.85
_SECOND_SCORE = 0.6
# The trained model, when it is sure and when it is not.
_OPINION_SCORE = 0.55
_DOUBT_SCORE = 0.35
# A keyword-only message with courtesy around is a handful of words.
_MAX_SLIP_CHARS = 96


def recognise(
    text: str,
    keywords: KeywordSet,
    context: Context,
    layers: frozenset[Layer] = SURE_LAYERS,
) -> Classification:
    """What the text asks for, by the layers given; the surest layer that answers wins."""
    result = classify(text, keywords, context)
    if result.keyword_class is not None or not layers - SURE_LAYERS:
        return result if result.layer in layers else _nothing(result)
    return _recognise_more(text, keywords, context, result, layers)


def _recognise_more(
    text: str,
    keywords: KeywordSet,
    context: Context,
    result: Classification,
    layers: frozenset[Layer],
) -> Classification:
    if Layer.SLIP in layers and (near := _near_keyword(text, keywords, context)):
        return structs.replace(
            result,
            keyword_class=near.keyword_class,
            word=near.word,
            layer=Layer.SLIP,
            rule=f"slip.{near.rule}",
            score=_SLIP_SCORE,
        )
    if Layer.REQUEST in layers and (rule := find_request(text, result.normalised)):
        return structs.replace(
            result,
            keyword_class=rule.keyword_class,
            layer=Layer.REQUEST,
            rule=rule.name,
            score=rule.score,
        )
    return result


def find_request(text: str, normalised: str) -> Rule | None:
    """The surest rule of any language that holds for the person's own words."""
    rule = _find_rule(text, normalised)
    if rule is None or (rule.keyword_class is KeywordClass.OPT_IN and refuses(text)):
        return None
    # Only few texts come here, so what costs time is looked at last.
    own = own_words(text)
    if not own or is_automatic_text(own):
        return None
    return rule if own == text else _find_rule(own, normalise(own))


@lru_cache(8)
def canonical_of(text: str, language: str) -> str:
    """The canonical line that the model of a language reads, and in English the rules."""
    if language == "en":
        return canonical(undisguise_letters(text[:MAX_READ_CHARS]))
    return _LEXICONS[language].canonical(text[:MAX_READ_CHARS])


def _find_rule(text: str, normalised: str) -> Rule | None:
    rule = find_by_rules(text, normalised)
    if rule is not None and rule.keyword_class is KeywordClass.HELP:
        return rule
    odds = opinions(text, normalised, opinion)
    if rule is not None and rule.keyword_class is KeywordClass.OPT_IN:
        # An opt-out must never be read as its opposite: where it may be one, a person looks.
        doubt = _have_opinion(odds)
        return rule if doubt is None else replace(doubt, score=_DOUBT_SCORE)
    return weighed(rule, odds)


def find_by_rules(text: str, normalised: str) -> Rule | None:
    """The surest rule of any language, before the model is asked."""
    asked = {name: one for name, one in _LEXICONS.items() if one.may_ask(normalised)}
    if not asked:
        return _find_english(canonical_of(text, "en"))
    likeness = {name: one.likeness(normalised) for name, one in asked.items()}
    rule = None
    for language, like in likeness.items():
        if like == max(likeness.values()):
            other = find_rule(_GRAMMARS[language], canonical_of(text, language))
            rule = _surer(rule, other)
    if max(one.familiar(normalised) for one in asked.values()) > _MOST * len(normalised.split()):
        return rule
    return _surer(_find_english(canonical_of(text, "en")), rule)


def opinions(
    text: str, normalised: str, ask: Callable[[str, str], float | None]
) -> dict[str, float]:
    """What a model says of the text in each language that it may be in."""
    found: dict[str, float] = {}
    for language in languages_of(normalised.split()):
        line = canonical_of(text, language)
        odds = None if english.GRAMMAR.is_mistake(line) else ask(line, language)
        if odds is not None:
            found[language] = _hinted(odds, line) if language == "en" else odds
    return found


def _hinted(odds: float, line: str) -> float:
    """Where a hint of a request stands as well, less is enough to be sure."""
    limits = LIMITS[MODEL_OF["en"]]
    if limits.hinted <= odds < limits.sure and find_rule(english.HINTS, line) is not None:
        return limits.sure
    return odds


def weighed(rule: Rule | None, odds: Mapping[str, float]) -> Rule | None:
    """The rule, if any, as the model of its language sees it: doubtful where that is sure of the
    contrary; where no rule is sure, what the model reads itself."""
    if rule is None or rule.score < CLEAR_SCORE:
        return _have_opinion(odds) or rule
    language = rule.name.split(".")[0]
    limits = LIMITS[MODEL_OF[language]]
    doubted = odds.get(language, limits.vetoed) < limits.vetoed
    return replace(rule, score=_DOUBT_SCORE) if doubted else rule


def _find_english(line: str) -> Rule | None:
    rule = find_rule(english.GRAMMAR, line)
    if rule is not None and rule.score >= CLEAR_SCORE:
        return rule
    if is_telegram(line):
        return TELEGRAM
    return _find_slipped(line) or rule


def _find_slipped(line: str) -> Rule | None:
    """What a sure rule reads where one ordinary word is a slip of another."""
    for reading in second_readings(line):
        rule = find_rule(english.GRAMMAR, reading)
        if rule is None or rule.keyword_class is not KeywordClass.OPT_OUT:
            continue
        if rule.score >= _SURE_SCORE:
            return replace(rule, name=f"{rule.name}.slip", score=_SECOND_SCORE)
    return None


def _have_opinion(odds: Mapping[str, float]) -> Rule | None:
    """What the trained model says where no rule is sure."""
    best: Rule | None = None
    for language, found in odds.items():
        limits = LIMITS[MODEL_OF[language]]
        if found >= limits.doubtful:
            score = _OPINION_SCORE if found >= limits.sure else _DOUBT_SCORE
            best = _surer(best, Rule(f"{language}.opinion", (), score))
    return best


def _surer(rule: Rule | None, other: Rule | None) -> Rule | None:
    if rule is None or other is None:
        return rule or other
    return other if other.score > rule.score else rule


def _near_keyword(text: str, keywords: KeywordSet, context: Context) -> NearKeyword | None:
    near = _find_near_keyword(text, keywords)
    if near is None or near.keyword_class is not KeywordClass.OPT_IN:
        return near
    if refuses(text):
        return None
    # "Continue now" is an ordinary reply of somebody who is in.
    return None if context.opted_out is False and keywords.is_stateful(near.word) else near


def _find_near_keyword(text: str, keywords: KeywordSet) -> NearKeyword | None:
    if len(text) > _MAX_SLIP_CHARS:
        return None
    own = own_words(text)
    normalised = normalise(undisguise_letters(undictated(own)))
    if (found := keywords.words.get(normalised)) is KeywordClass.OPT_IN:
        return NearKeyword(found, normalised, "disguise")
    return find_near_keyword(normalised, keywords.words)


def _nothing(result: Classification) -> Classification:
    return Classification(None, None, result.normalised, Layer.NONE)
