"""All layers together: exact keyword, footer word, keyword slip, request in free text."""

from dataclasses import replace
from typing import Final

from stopline.core.automatic import is_automatic_text
from stopline.core.keywords import (
    Classification,
    Context,
    KeywordClass,
    KeywordSet,
    Layer,
    classify,
)
from stopline.core.recognition import english, french, spanish
from stopline.core.recognition.near_keywords import NearKeyword, find_near_keyword
from stopline.core.recognition.reading import MAX_READ_CHARS, canonical, own_words
from stopline.core.recognition.rules import CLEAR_SCORE, Rule, find_rule
from stopline.core.recognition.telegrams import TELEGRAM, is_telegram
from stopline.core.spelling import normalise, undisguise_letters
from stopline.core.wrapping import undictated

ALL_LAYERS: Final = frozenset(Layer) - {Layer.NONE}
SURE_LAYERS: Final = frozenset({Layer.EXACT, Layer.FOOTER})

# A keyword with a slip is nearly as sure as the keyword.
_SLIP_SCORE = 0.95
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
        return replace(
            result,
            keyword_class=near.keyword_class,
            word=near.word,
            layer=Layer.SLIP,
            rule=f"slip.{near.rule}",
            score=_SLIP_SCORE,
        )
    if Layer.REQUEST in layers and (rule := find_request(text, result.normalised)):
        return replace(
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
    if rule is None:
        return None
    # Only few texts come here, so what costs time is looked at last.
    own = own_words(text)
    if not own or is_automatic_text(own):
        return None
    return rule if own == text else _find_rule(own, normalise(own))


def _find_rule(text: str, normalised: str) -> Rule | None:
    line = canonical(undisguise_letters(text[:MAX_READ_CHARS]))
    rule = find_rule(english.GRAMMAR, line)
    if (rule is None or rule.score < CLEAR_SCORE) and is_telegram(line):
        rule = TELEGRAM
    for grammar in (spanish.GRAMMAR, french.GRAMMAR):
        if grammar.hints is None or grammar.hints.search(normalised):
            other = find_rule(grammar, canonical(text[:MAX_READ_CHARS], correct=False))
            rule = _surer(rule, other)
    return rule


def _surer(rule: Rule | None, other: Rule | None) -> Rule | None:
    if rule is None or other is None:
        return rule or other
    return other if other.score > rule.score else rule


def _near_keyword(text: str, keywords: KeywordSet, context: Context) -> NearKeyword | None:
    near = _find_near_keyword(text, keywords)
    if near is None or near.keyword_class is not KeywordClass.OPT_IN:
        return near
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
