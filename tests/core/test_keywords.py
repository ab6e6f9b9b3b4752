import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.core.errors import InvalidField
from stopline.core.keywords import (
    DEFAULT_KEYWORDS,
    RULE_SET_ID,
    Context,
    KeywordClass,
    KeywordSet,
    Layer,
    classify,
    is_automatic_text,
    normalise,
)

OUT, IN, HELP = KeywordClass.OPT_OUT, KeywordClass.OPT_IN, KeywordClass.HELP
SHIPPED = DEFAULT_KEYWORDS
OPTED_OUT = Context(opted_out=True)
OPTED_IN = Context(opted_out=False)


def class_of(text, keywords=SHIPPED, context=OPTED_OUT):
    return classify(text, keywords, context).keyword_class


# The wrong-coding rows are what a carrier's decoder makes of the right bytes.
STOP_TRICKS = [
    ("upper case", "STOP"),
    ("lower case", "stop"),
    ("mixed case", "sToP"),
    ("full width", "ＳＴＯＰ"),
    ("full width, small", "ｓｔｏｐ"),
    ("mathematical bold", "𝐒𝐓𝐎𝐏"),
    ("mathematical sans", "𝗌𝗍𝗈𝗉"),
    ("circled", "ⓈⓉⓄⓅ"),
    ("negative circled", "🅢🅣🅞🅟"),
    ("squared", "🅂🅃🄾🄿"),
    ("negative squared", "🆂🆃🅾🅿"),
    ("flags", "🇸🇹🇴🇵"),
    ("small capitals", "ꜱᴛᴏᴘ"),
    ("zero-width space at the end", "STOP\u200b"),
    ("zero-width space inside", "ST\u200bOP"),
    ("zero-width joiner", "S\u200dTOP"),
    ("zero-width non-joiner", "STO\u200cP"),
    ("word joiner", "\u2060STOP"),
    ("byte order mark", "\ufeffSTOP"),
    ("soft hyphen", "ST\xadOP"),
    ("Hangul filler", "STOP\u3164"),
    ("left-to-right mark", "\u200eSTOP"),
    ("right-to-left mark", "STOP\u200f"),
    ("bidi override", "\u202dSTOP\u202c"),
    ("bidi isolate", "\u2066STOP\u2069"),
    ("tag characters", "STOP\U000e0041"),
    ("no-break space", "\xa0STOP\xa0"),
    ("ideographic space", "\u3000STOP"),
    ("line breaks", "\r\nSTOP\n"),
    ("tab", "\tSTOP"),
    ("combining strike", "S\u0336T\u0336O\u0336P\u0336"),
    ("combining accent", "ST\u0301OP"),
    ("precomposed accents", "ŠTÖP"),
    ("enclosing keycap", "S\u20e3T\u20e3O\u20e3P\u20e3"),
    ("full stop", "STOP."),
    ("exclamation marks", "STOP!!!"),
    ("question mark", "stop?"),
    ("quotation marks", '"STOP"'),
    ("typographic quotation marks", "“STOP”"),
    ("guillemets", "«STOP»"),
    ("brackets", "(stop)"),
    ("asterisks", "**STOP**"),
    ("inverted exclamation mark", "¡STOP!"),
    ("ellipsis", "Stop…"),
    ("dots between", "S.T.O.P"),
    ("blanks between", "S T O P"),
    ("hyphens between", "S-T-O-P"),
    ("underscore", "_STOP_"),
    ("emoji after", "STOP 😡"),
    ("emoji before", "🛑 STOP"),
    ("emoji alone", "🛑"),
    ("emoji repeated", "🛑🛑🛑"),
    ("emoji with variation selector", "🛑\ufe0f"),
    ("Cyrillic O", "STОP"),
    ("Cyrillic throughout", "ЅТОР"),
    ("Cyrillic, small", "ѕтор"),
    ("Greek letters", "SΤΟΡ"),
    ("Greek omicron, small", "stοp"),
    ("Cherokee letters", "ᏚᎢᎤP".replace("Ꭴ", "O")),
    ("long s", "ſtop"),
    ("figure for a letter", "ST0P"),
    ("sign for a letter", "$top"),
    ("NUL at the end", "STOP\0"),
    ("NUL inside", "ST\0OP"),
    ("NUL between all letters", "\0S\0T\0O\0P"),
    ("replacement characters", "S\ufffdT\ufffdO\ufffdP"),
    ("control character", "\x07STOP\x1b"),
    ("UCS-2 bytes read as GSM-7", "@S@T@O@P"),
    ("Latin bytes read as UCS-2", b"STOP".decode("utf-16-be")),
    ("UCS-2 read in the other byte order", "STOP".encode("utf-16-le").decode("utf-16-be")),
    ("UCS-2 of odd length", "STOP\ufffd"),
    ("UTF-8 read as Latin-1", "ＳＴＯＰ".encode().decode("latin-1")),
    ("lone surrogate", "STOP\ud83d"),
]


@pytest.mark.parametrize("text", [row[1] for row in STOP_TRICKS], ids=[r[0] for r in STOP_TRICKS])
def test_stop_in_any_disguise_is_an_opt_out(text):
    """However STOP is typed, coded or decorated, it is an opt-out."""
    assert class_of(text) is OUT


def test_there_are_at_least_sixty_tricks():
    """The catalogue asks for 60 variants."""
    assert len({text for _, text in STOP_TRICKS}) >= 60


START_TRICKS = [
    "ＳＴＡＲＴ",
    "𝐒𝐓𝐀𝐑𝐓",
    "ⓈⓉⒶⓇⓉ",
    "🇸🇹🇦🇷🇹",
    "ST\u200bART",
    "START\u200b",
    "\ufeffSTART",
    "ST\xadART",
    "\u202dSTART\u202c",
    "ST\u0301ART",
    "S\u0336T\u0336A\u0336R\u0336T\u0336",
    "STАRT",
    "ЅТАRТ",
    "SΤΑRΤ",
    "ſtart",
    "ST4RT",
    "S T A R T",
    "S.T.A.R.T",
    "ST\0ART",
    "START\0",
    "\0S\0T\0A\0R\0T",
    "START\ufffd",
    "@S@T@A@R@T",
    b"START\0".decode("utf-16-be"),
    "STARTT",
    "restart",
    "start it",
    "let's start",
]


@pytest.mark.parametrize("text", START_TRICKS, ids=ascii)
def test_nothing_but_the_plain_word_opts_in(text):
    """A look-alike, an invisible character or a wrong coding never opts anybody in."""
    assert class_of(text) is None


@pytest.mark.parametrize(
    "text", ["START", "start", " Start. ", "“START”", "unstop!", "(UNSTOP)", "START 😊", "Nonarrêt"]
)
def test_plain_opt_in_word_opts_in(text):
    """Case, spaces, punctuation and emoji do not matter to an opt-in."""
    assert class_of(text) is IN


@pytest.mark.parametrize("text", ["YES", "Y", "ok", "OK!", "sure", "oui", "si", "👍", "go"])
def test_ordinary_yes_never_opts_in(text):
    """An ordinary answer is no opt-in, whatever the state of the pair."""
    assert class_of(text) is None


@pytest.mark.parametrize(
    "text, opted_out, expected",
    [
        ("CONTINUE", True, IN),
        ("CONTINUE", False, None),
        ("subscribe", True, IN),
        ("subscribe", False, None),
        ("Resume", True, IN),
        ("Resume", False, None),
        ("continue", None, IN),
        ("START", False, IN),
        ("UNSTOP", False, IN),
    ],
)
def test_conversational_opt_in_words_need_an_opted_out_pair(text, opted_out, expected):
    """CONTINUE and the like are ordinary replies unless the pair is opted out."""
    assert class_of(text, context=Context(opted_out=opted_out)) is expected


ORDINARY = [
    "I'll stop by at 5",
    "Don't stop",
    "Stop by",
    "the end",
    "Cancel my appointment",
    "I quit smoking!",
    "bus stop",
    "СТОП",
    "no",
    "x",
    "td",
    "spot",
    "and",
    "quiet",
    "0",
    "12345",
    "3nd",
    "🛑🚗",
    "👍",
    "ok",
    "",
    " ",
    "\0",
    "HELP me move on Saturday",
    "help with loans",
]


@pytest.mark.parametrize("text", ORDINARY, ids=ascii)
def test_ordinary_text_is_no_keyword(text):
    """The whole message is compared: a keyword inside a text means nothing here."""
    assert class_of(text) is None


@pytest.mark.parametrize("text", ["🛑 START", "START 🚫", "❌ unstop ❌", "YES 👎"])
def test_a_sign_of_refusal_is_no_opt_in(text):
    """Whoever draws a stop sign beside START does not mean START."""
    assert class_of(text) is None


@pytest.mark.parametrize(
    "text, word",
    [
        ("Stop!", "stop"),
        ("OPT-OUT", "opt out"),
        ("Arrêt", "arret"),
        ("STOP=QUIT", "stop quit"),
        ("ЅТОР", "stop"),
        ("🛑", None),
    ],
)
def test_matched_word_is_in_the_lists_form(text, word):
    """The reply quotes the word as it stands in the list; a sign has none."""
    assert classify(text, SHIPPED, OPTED_IN).word == word


def test_answer_carries_its_evidence():
    """An answer names layer, rule set and the normalised text."""
    result = classify("  Stop. ", SHIPPED, OPTED_IN)
    assert (result.layer, result.normalised, result.rule_set) == (Layer.EXACT, "stop", RULE_SET_ID)


def test_country_words_hold_in_their_country_only():
    """TD unsubscribes in China and means nothing elsewhere."""
    assert class_of("TD", context=Context(country="CN")) is OUT
    assert class_of("TD", context=Context(country="US")) is None


class TestKeywordSet:
    def test_additions_count(self):
        """An account's own words work beside the core."""
        own = KeywordSet(opt_out=frozenset({"No Más"}), help=frozenset({"HILFE"}))
        assert class_of("no mas!", own) is OUT
        assert class_of("hilfe", own) is HELP
        assert class_of("stop", own) is OUT

    def test_added_opt_in_word_counts_when_opted_out(self):
        """A configured YES or JOIN opts in only a pair that is opted out."""
        own = KeywordSet(opt_in=frozenset({"YES", "JOIN"}))
        assert class_of("Yes", own, OPTED_OUT) is IN
        assert class_of("Yes", own, OPTED_IN) is None
        assert class_of("join", own, OPTED_IN) is None

    @pytest.mark.parametrize("word", ["STOP", "unsubscribe", "cancel", "revoke", "opt out"])
    def test_core_word_cannot_be_removed(self, word):
        """A core word counts even when an account tries to remove it."""
        assert class_of(word, KeywordSet(removed=frozenset({word}))) is OUT

    def test_shipped_default_can_be_removed(self):
        """A shipped word beyond the core can be taken away."""
        assert class_of("ALTO") is OUT
        assert class_of("ALTO", KeywordSet(removed=frozenset({"Alto"}))) is None

    @pytest.mark.parametrize(
        "words",
        [{"opt_in": {"STOP"}}, {"opt_out": {"start"}}, {"help": {"Cancel"}}, {"opt_out": {"!"}}],
    )
    def test_contradiction_is_refused(self, words):
        """A core word keeps its class; an empty word is none."""
        with pytest.raises(InvalidField):
            KeywordSet(**{name: frozenset(value) for name, value in words.items()})

    def test_opt_out_comes_before_help_and_opt_in(self):
        """A word in several sets is an opt-out, then help."""
        own = KeywordSet(*(frozenset({"zap"}) for _ in range(3)))
        assert class_of("zap", own) is OUT
        assert class_of("zap", KeywordSet(opt_in=own.opt_in, help=own.help)) is HELP


@pytest.mark.parametrize(
    "text",
    [
        (
            'NETWORK MSG: You replied with the word "stop" which blocks all texts from '
            'this number. Text back "unstop" to receive messages again.'
        ),
        (
            "NETWORK MSG: You asked to stop, which blocks all texts from this number. "
            'Text back "unstop" to receive messages again.'
        ),
        (
            'NETWORK MSG: You have replied "unstop" and will begin receiving messages again '
            "from this number."
        ),
        (
            "You have successfully been unsubscribed. You will not receive any more messages from "
            "this number. Reply START to resubscribe."
        ),
        (
            "Acme: for help contact 555-0100. Reply STOP to block texts from this number, START to "
            "receive them again."
        ),
        "You are now opted-out and will receive no further messages.",
        "Automatic reply: I am away until Monday",
        "I'm driving with Focus turned on. I'll see your message later.",
        "This number is not monitored.",
    ],
)
def test_known_confirmation_is_automatic(text):
    """Confirmations and absence notes are known as such, and are no keywords."""
    assert is_automatic_text(text)
    assert class_of(text) is None


@pytest.mark.parametrize(
    "text", ["STOP", "stop texting me", "Yes please", "I'll reply later", "ok thanks", ""]
)
def test_what_a_person_writes_is_not_automatic(text):
    """A person's text is answered."""
    assert not is_automatic_text(text)


any_text = st.text(st.characters(), max_size=200)


@given(any_text)
def test_classify_never_raises(text):
    """Any text at all gets an answer, lone surrogates included."""
    classify(text, SHIPPED, Context(recent_texts=(text,)))
    is_automatic_text(text)


@given(any_text)
def test_normalise_is_idempotent(text):
    """The normal form of a normal form is itself."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.sampled_from(["stop", "quit", "end", "cancel", "unsubscribe"]), st.data())
def test_punctuation_around_a_keyword_is_nothing(word, data):
    """Any ASCII punctuation and blanks around a keyword leave it a keyword."""
    around = st.text(" .,!?;:-*\"'()\n\t", max_size=8)
    assert class_of(data.draw(around) + word.upper() + data.draw(around)) is OUT


@pytest.mark.parametrize(
    "char",
    ["a", "S ", "\ufdfa", "e\u0301", "\u200b", "STOP ", "Reply A ", "2 stop ", "1:", "\ud800"],
)
def test_time_is_linear(char):
    """1,600 characters of anything take milliseconds, in all parts of the answer."""
    text = (char * 1_600)[:1_600]
    start = time.thread_time()
    classify(text, SHIPPED, Context(recent_texts=(text, text + "x", text + "y")))
    is_automatic_text(text)
    assert time.thread_time() - start < 0.05
