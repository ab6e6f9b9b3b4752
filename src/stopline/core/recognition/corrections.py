"""Slips corrected in the words that requests are made of, wherever they stand in a sentence.

A token that is no common word and one letter away from a word of the vocabulary is that word.
Neighbours are found by what is left when a letter is dropped from both, so that a look takes as
many steps as the token has letters.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from stopline.core.recognition import english_words
from stopline.core.recognition.common_words import COMMON_WORDS
from stopline.core.recognition.patterns import words
from stopline.core.recognition.slips import is_finger_slip, single_letters

# In the order of preference: a slip of two words is the earlier one.
_FIRST_TEXT = """
    stop unsubscribe remove texting texts text messages message messaging contact contacting
    delete please sending send number list lists dont alone cancel alerts quit this these
    from your anymore again discontinue removed phone permission consent leave take cease
    more with want this never those that receive receiving interested wrong person harassing
    bothering spamming bugging calling asking reminders notifications promotions updates
    communication communications database system account service subscription solicitation
    soliciting unsolicited political campaign marketing harassment spam have would could
    should keep getting sign signed cannot already longer thank thanks people number numbers
    block blocking blocked forget erase desist refrain opting lose stopped there reply
    replied said moved deceased they wish like need about any other further future all off
    out not the you get for opt end our are can did will what
"""
_FIRST: Final = tuple(_FIRST_TEXT.split())

# A shorter word of the grammar has too many others beside it.
_MIN_GRAMMAR_CHARS = 5


def _grammar_words() -> list[str]:
    """The plain words of the grammar's vocabulary, in one order whatever the machine."""
    text = " ".join(english_words.VOCABULARY.values()).replace("_", " ")
    plain = {word for word in text.split() if word.isalpha() and len(word) >= _MIN_GRAMMAR_CHARS}
    return sorted(plain - set(_FIRST))


VOCABULARY: Final = (*_FIRST, *_grammar_words())
_RANK: Final = {word: rank for rank, word in reversed(list(enumerate(VOCABULARY)))}
_WORDS: Final = frozenset(_RANK)
# Of three letters, any other letter makes another word; only a slip of the finger is corrected.
_MIN_ANY_EDIT_CHARS = 5
_MIN_CHARS = 3
_MAX_CHARS = 16
_MIN_SKELETON_CHARS = 4
_VOWEL = re.compile("[aeiou]")
# Never slips: names of things, and what people write for other words.
_NEVER: Final = words(
    "thx lol omg idk btw hey yall gonna wanna gotta dunno tho tht dat dem abt txt msg sis bro bruh "
    "urs tmrw helo infos oki nah nope yep yup til tix vid pic pics app apps wifi ups usps "
    "fedex reactivate resubscribe restart reenroll undo dnd dnc bot bots ima imma tryna finna ngl "
    "lmk tbh rn ty np "
    "texas quito chris amy albert luke dan sam ned ike conor ross pam tex clint jeep jello nerd "
    "ish ding ping batch hitch dis rom los monty quint strop "
    "ttyl brb gn gm hru wyd wbu stat stats etc asap fyi"
)
_SHORT: Final = words("to me my of on do no it us so a i u ur be is")
_LONG: Final = frozenset(word for word in _WORDS if len(word) >= _MIN_CHARS + 1)
_JOINABLE: Final = _WORDS | _SHORT
# Common English words, and those of English requests.
ENGLISH: Final = _SHORT | _WORDS | COMMON_WORDS | _NEVER
_WHOLE: Final = ENGLISH | frozenset(".,?!#")


def _with_one_less(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _index() -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = defaultdict(list)
    for word in _RANK:
        if len(word) >= _MIN_CHARS:
            for rest in set(_with_one_less(word)):
                index[rest].append(word)
    return {rest: tuple(found) for rest, found in index.items()}


_INDEX: Final = MappingProxyType(_index())


def _skeletons() -> dict[str, str]:
    """The words by what is left without vowels: "txtng", "unsbscrb"."""
    found: dict[str, str] = {}
    for word in VOCABULARY:
        bones = single_letters(_VOWEL.sub("", word))
        if len(bones) >= _MIN_SKELETON_CHARS and bones != word:
            found.setdefault(bones, word)
    return found


_SKELETONS: Final = MappingProxyType(_skeletons())


def corrected(token: str) -> str | None:
    """The word of requests that the token is a slip of; None for a word of its own."""
    if not _MIN_CHARS <= len(token) <= _MAX_CHARS or token in ENGLISH or not token.isascii():
        return None
    if bones := _SKELETONS.get(single_letters(token)):
        return bones
    near = {word for rest in _with_one_less(token) for word in _INDEX.get(rest, ())}
    likely = [word for word in near if is_finger_slip(token, word)]
    if not likely and len(token) >= _MIN_ANY_EDIT_CHARS:
        likely = [word for word in near if _is_edit(token, word)]
    return min(likely, key=_RANK.__getitem__, default=None)


def _is_edit(token: str, word: str) -> bool:
    """Whether they differ in one letter, which is not the first."""
    if token[0] != word[0] or abs(len(token) - len(word)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(token, word, strict=False)) if a != b), len(token))
    rest, other = token[at:], word[at:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def rejoined(tokens: list[str]) -> list[str]:
    """The tokens with blanks put right that fell one letter early or late: "sto ptexting"."""
    result = tokens[:1]
    for token in tokens[1:]:
        if token in _WHOLE and result[-1] in _WHOLE:
            result.append(token)
        else:
            result[-1:] = _moved(result[-1], token)
    return result


def _moved(left: str, right: str) -> tuple[str, ...]:
    if left + right in _LONG:
        return (left + right,)
    # Told by the shorter half first: it is rarely a word.
    if right[1:] in _JOINABLE and _are_words(left + right[0], right[1:]):
        return left + right[0], right[1:]
    if left[:-1] in _JOINABLE and _are_words(left[:-1], left[-1] + right):
        return left[:-1], left[-1] + right
    return left, right


def _are_words(left: str, right: str) -> bool:
    return left in _JOINABLE and right in _JOINABLE and (left in _LONG or right in _LONG)
