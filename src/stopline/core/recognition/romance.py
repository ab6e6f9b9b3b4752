"""How a text in Spanish or French becomes words of one spelling.

People write these languages by ear ("kiero", "menvoye"), without accents and with the pronouns
glued to the verb. A `Lexicon` turns each token into the canonical word that stands for its class,
so that "quítenme", "sakenme" and "borrenme" all read `quiten me`, and rules stay few.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from stopline.core.recognition.alike_words import ALIKE_WORDS
from stopline.core.recognition.patterns import words
from stopline.core.recognition.reading import canonical
from stopline.core.recognition.remembering import MAX_REMEMBERED
from stopline.core.recognition.slips import is_finger_slip, shorten_runs, slips

# A shorter word has too many others one letter away.
_MIN_EDIT_CHARS: Final = 4
_MAX_CHARS: Final = 24
# Only after these is a misspelled verb still a verb: too many nouns end in "la" or "te".
_PRONOUNS: Final = ("me", "no", "mo")
# So many words tell a language, where those that matter are words of English too.
_MIN_FAMILIAR: Final = 2
# Of courtesy, shorter words are words of English too.
_MIN_COURTESY_CHARS: Final = 3
_VOWELS: Final = "aeiou"
# A wrong letter or one too many leaves a short word too many others; a swap does not.
_MIN_OTHER_LETTER_CHARS: Final = 7
_MIN_SURE_CHARS: Final = 5
_FIGURES: Final = str.maketrans("01345", "oieas")
_DOUBLED: Final = re.compile(r"([a-z])\1+")

# Where an English text has more of these than words of ours, it is English.
_ENGLISH: Final = words(
    "the i you to my is and of it that for on your this are was with have be not do dont im just "
    "can from they we so at but if when he she up out what how get got want will now a in me no "
    "stop please has had been did does an as us our their there here yes"
)

# What sounds alike is written alike, in letters of one use each: (pattern, letter), in order.
Sounds = tuple[tuple[re.Pattern[str], str], ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a language's lexicon is made of.

    `forms` gives for each canonical word, blanks written as `_`, the forms that stand for it; the
    word `-` is nothing at all (courtesy, address). `phrases` replaces rows of canonical words
    likewise. `ordinary` are words that are no slips of ours. `prefix` is what people glue in
    front of a word, `suffix` behind; each splits into single words by the pattern `piece`.
    `anchors` are the canonical words of which a request has at least one, `shared` forms of them
    that English has too. Slips of the finger in `keywords` are read as well.
    `small` are words that tell the language and mean nothing here.
    `accents`, if any, is replaced before accents are lost.
    """

    forms: Mapping[str, str]
    phrases: Mapping[str, str]
    ordinary: str
    sounds: Sounds
    prefix: re.Pattern[str]
    suffix: re.Pattern[str]
    piece: re.Pattern[str]
    anchors: str
    shared: str
    keywords: str
    small: str
    accents: tuple[re.Pattern[str], str] | None = None


class Lexicon:
    """The words of requests in one language, and how a text reads in them."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self._forms = _inverted(spelling.forms)
        self._ordinary = words(spelling.ordinary)
        for keyword in spelling.keywords.split():
            for slip in slips(keyword) - self._ordinary:
                self._forms.setdefault(slip, self._forms[keyword])
        self._anchors = words(spelling.anchors)
        self._shared = words(spelling.shared) | ALIKE_WORDS
        self._sounds: dict[str, str] = {}
        for form, word in self._forms.items():
            self._sounds.setdefault(self._sound(form), word)
        for word in spelling.small.split():
            self._forms.setdefault(word, word)
        self._english = _ENGLISH - self._forms.keys()
        self._own = self._forms.keys() - self._shared
        self._telling = {form for form, word in self._forms.items() if word in self._anchors}
        self._near = _neighbours(self._sounds)
        self._rank = {sound: rank for rank, sound in enumerate(self._sounds)}
        phrases = _inverted(spelling.phrases)
        self._phrases = {phrase.replace("_", " "): word for phrase, word in phrases.items()}
        longest_first = sorted(self._phrases, key=len, reverse=True)
        self._phrase = re.compile(rf"(?<= )(?:{'|'.join(longest_first)})(?= )")
        self.spelled = lru_cache(MAX_REMEMBERED)(self._spelled)
        self._is_anchor = lru_cache(MAX_REMEMBERED)(self._reads_as_anchor)

    def may_ask(self, normalised: str) -> bool:
        """Whether a normalised text has a word that requests of this language are made of."""
        tokens = normalised.split()
        familiar = self.familiar(normalised)
        # Nearly all English texts end here.
        if sum(map(self._english.__contains__, tokens)) > familiar:
            return False
        if any(map(self._is_anchor, tokens)):
            return True
        return familiar >= _MIN_FAMILIAR and not self._telling.isdisjoint(tokens)

    def mistakes(self, word: str) -> bool:
        """Whether a word of another language is taken for one that matters here."""
        return word not in self._forms and self.may_ask(word)

    def familiar(self, normalised: str) -> int:
        """How many words of a normalised text are of this language and not of English."""
        return sum(map(self._own.__contains__, normalised.split()))

    def likeness(self, normalised: str) -> int:
        """How much a normalised text looks like this language, misspelled words included."""
        tokens = normalised.split()
        return sum(token in self._forms for token in tokens) + sum(map(self._is_anchor, tokens))

    def canonical(self, text: str) -> str:
        """The text as canonical words, marks as words of their own, `. ` before and after."""
        if self._spelling.accents is not None:
            pattern, marked = self._spelling.accents
            text = pattern.sub(marked, text)
        line = canonical(text, correct=False)
        spelled = (self.spelled(token) for token in line.split())
        line = f" {' '.join(word for word in spelled if word)} "
        line = self._phrase.sub(lambda match: self._phrases[match[0]], line)
        return f"{' '.join(line.split())} "

    def _sound(self, word: str) -> str:
        """How a word is spoken, roughly."""
        for pattern, letter in self._spelling.sounds:
            word = pattern.sub(letter, word)
        return _DOUBLED.sub(r"\1", word)

    def _reads_as_anchor(self, token: str) -> bool:
        if token in self._shared:
            return False
        spelled = self.spelled(token)
        if not spelled:
            return len(token) >= _MIN_COURTESY_CHARS
        return not self._anchors.isdisjoint(spelled.split())

    def _spelled(self, token: str) -> str:
        if len(token) > _MAX_CHARS or not token.isascii() or not token.isalnum():
            return token
        if token[-1].isdigit() and not token[0].isdigit() and token in self._forms:
            return self._forms[token]
        if token.isdigit() or token[-1] == "9":
            return token
        if token in ALIKE_WORDS and token not in self._forms:
            return token
        for reading in (token, *shorten_runs(token), token.translate(_FIGURES)):
            if (word := self._known(reading)) is not None:
                return word
        return self._unglued(token) or self._corrected(token) or token

    def _known(self, token: str) -> str | None:
        word = self._forms.get(token)
        if word is None and token not in self._ordinary:
            word = self._sounds.get(self._sound(token))
        return word

    def _unglued(self, token: str) -> str:
        """A word with pronouns and other small words glued to it; empty where there is none."""
        if token in self._ordinary:
            return ""
        for at, left, right in self._cuts(token):
            core = right if at == "prefix" else left
            glued = left if at == "prefix" else right
            read = self._known(core)
            if read is None and at == "prefix":
                read = self._unglued(core)
            elif read is None and len(right) > 1 and right[:2] in _PRONOUNS:
                read = self._corrected(core)
            if read and not self._anchors.isdisjoint(read.split()):
                pieces = (self._forms.get(one, one) for one in self._spelling.piece.findall(glued))
                small = " ".join(piece for piece in pieces if piece)
                return f"{small} {read}" if at == "prefix" else f"{read} {small}"
        return ""

    def _cuts(self, token: str) -> Iterator[tuple[str, str, str]]:
        if (match := self._spelling.suffix.search(token)) and match.start() > 1:
            yield "suffix", token[: match.start()], match[0]
        if match := self._spelling.prefix.match(token):
            for end in range(match.end(), 0, -1):
                if "".join(self._spelling.piece.findall(token[:end])) == token[:end]:
                    yield "prefix", token[:end], token[end:]

    def _corrected(self, token: str) -> str:
        """The canonical word of which the token is a slip; empty for a word of its own."""
        sound = self._sound(token)
        if len(sound) < _MIN_EDIT_CHARS or token in self._ordinary:
            return ""
        near = {one for rest in _with_one_less(sound) for one in self._near.get(rest, ())}
        likely = [one for one in near if one[0] == sound[0] and _is_edit(sound, one)]
        return self._sounds[min(likely, key=self._rank.__getitem__)] if likely else ""


def _inverted(table: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word, forms in table.items():
        canonical_word = "" if word == "-" else word.replace("_", " ")
        for form in forms.split():
            found.setdefault(form, canonical_word)
    return found


def _neighbours(sounds: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    index: dict[str, list[str]] = defaultdict(list)
    for sound, word in sounds.items():
        if len(sound) >= _MIN_EDIT_CHARS and word:
            for rest in set(_with_one_less(sound)):
                index[rest].append(sound)
    return {rest: tuple(found) for rest, found in index.items()}


def _with_one_less(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _is_edit(token: str, word: str) -> bool:
    """Whether the token is the word with one slip that leaves enough to tell it by."""
    at = next((i for i, (a, b) in enumerate(zip(token, word, strict=False)) if a != b), len(token))
    rest, other = token[at:], word[at:]
    if rest == other[1:]:
        return len(token) >= _MIN_SURE_CHARS or other[0] in _VOWELS
    if len(token) < _MIN_SURE_CHARS:
        return False
    if rest[:2] == other[1::-1] and rest[2:] == other[2:]:
        return True
    if len(word) < _MIN_OTHER_LETTER_CHARS:
        return is_finger_slip(token, word)
    return rest[1:] == other[1:] or rest[1:] == other
