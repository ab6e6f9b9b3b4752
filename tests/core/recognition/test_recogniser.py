import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.consent import (
    ALL_LAYERS,
    SURE_LAYERS,
    Context,
    KeywordSet,
    Layer,
    Policy,
    classify,
    default_policy,
    label_of,
)
from stopline.core.recognition import english, french, spanish

OUT, IN, HELP, NONE = "opt_out", "opt_in", "help", "none"

# One row for each way of saying it; the labelled texts hold many of each.
SAID = [
    ("sotp", OUT),
    ("Wuit", OUT),
    ("UNSUBCRIBE", OUT),
    ("stoppppp", OUT),
    ("Stop. Thank you", OUT),
    ("STOP STOP STOP", OUT),
    ("sto p", OUT),
    ("STOP to unsubscribe", OUT),
    ("stop\nSent from my iPhone", OUT),
    ("Stop period", OUT),
    ("Cancel (sent with Loud Effect)", OUT),
    ("please stop texting me", OUT),
    ("quit blowing up my phone", OUT),
    ("take me off your list", OUT),
    ("pls rmv my number", OUT),
    ("wrong number, lose it", OUT),
    ("do not contact me again", OUT),
    ("I no longer wish to receive these messages", OUT),
    ("no more texts!!", OUT),
    ("leave me alone", OUT),
    ("I revoke my consent", OUT),
    ("Stop, I moved away", OUT),
    ("How do I get off this list?", OUT),
    ("If you text me again I'm reporting you to the FCC", OUT),
    ("unsubscribe from all", OUT),
    ("no me manden más mensajes", OUT),
    ("quítenme de su lista", OUT),
    ("Ne m'envoyez plus de textos", OUT),
    ("arrêtez les messages svp", OUT),
    ("did it twice already please stop", OUT),
    ("tell him to please stop", NONE),
    ("What's the word to opt out", OUT),
    ("he died in March please take him off", OUT),
    ("Request to stop", OUT),
    ("Je ne suis pas intéressé", NONE),
    ("don't email me", OUT),
    ("don't sms me", OUT),
    ("delete all my information", OUT),
    ("remove me from the NY list", OUT),
    ("remove me from the waiting list", NONE),
    ("don't call me", OUT),
    ("please never ring me", OUT),
    ("no more phone calls", OUT),
    ("don't reach out again", OUT),
    ("don't call me, text me", NONE),
    ("don't call before noon", NONE),
    ("please don't ring the bell", NONE),
    ("stop sending me invoices, I paid", NONE),
    ("no me manden más", OUT),
    ("no me manden más facturas", NONE),
    ("no me llamen", OUT),
    ("no me llames, escríbeme", NONE),
    ("ne m'envoyez plus de factures", NONE),
    ("I don't want you to stop texting me", NONE),
    ("spot", NONE),
    ("quite", NONE),
    ("atop", OUT),
    ("stomp", NONE),
    ("I'll stop by after work", NONE),
    ("please don't stop, I love these", NONE),
    ("I never said stop texting me", NONE),
    ("he told me to stop texting her", NONE),
    ("tell him to stop texting me lol", NONE),
    ("What happens if I reply STOP?", NONE),
    ('it says "Reply STOP to end", is it real?', NONE),
    ("Liked “Reply STOP to opt out”", NONE),
    ("Fwd: Big sale! Reply STOP to unsubscribe", NONE),
    ("cancel my appointment", NONE),
    ("remove the onions", NONE),
    ("take me off the waitlist", NONE),
    ("don't text me while I'm driving", NONE),
    ("Don't text and drive", NONE),
    ("I don't want the extended warranty", NONE),
    ("stop it, that's adorable lol", NONE),
    ("stop sending our jobs overseas", NONE),
    ("wrong number", NONE),
    ("You have been unsubscribed and will receive no more messages.", NONE),
    ("quiero cancelar mi cita", NONE),
    ("annuler mon rendez-vous svp", NONE),
    ("please start texting me again", IN),
    ("Statr", IN),
    ("S T A R T", IN),
    ("HELPPPP", HELP),
    ("I need help with these texts", HELP),
    ("help me pick a size", NONE),
]


@pytest.mark.parametrize("text, label", SAID)
def test_label(text, label):
    """Each way of saying it gets its label."""
    assert label_of(classify(text)) == label


@pytest.mark.parametrize(
    "text, layer, policy",
    [
        ("STOP", Layer.EXACT, Policy.ACT),
        ("Stpp", Layer.SLIP, Policy.ACT),
        ("stop please", Layer.SLIP, Policy.ACT),
        ("please stop texting me", Layer.REQUEST, Policy.REVIEW),
        ("wrong number", Layer.REQUEST, Policy.FLAG),
        ("START", Layer.EXACT, Policy.ACT),
        ("Statr", Layer.SLIP, Policy.FLAG),
        ("START\nSent from my iPhone", Layer.SLIP, Policy.FLAG),
        ("sign me up again", Layer.REQUEST, Policy.FLAG),
        ("hello", Layer.NONE, Policy.OFF),
    ],
)
def test_layer_and_policy(text, layer, policy):
    """Keywords and slips act, requests are reviewed, and only the exact keyword opts in."""
    result = classify(text)
    assert (result.layer, default_policy(result)) == (layer, policy)


def test_sure_layers_are_the_keyword_classifier():
    """With the sure layers alone, a request is not read."""
    assert label_of(classify("please stop texting me", layers=SURE_LAYERS)) == NONE
    assert label_of(classify("stop", layers=SURE_LAYERS)) == OUT


def test_a_layer_left_out_does_not_answer():
    """Each layer can be switched off by itself."""
    assert label_of(classify("stop", layers=frozenset({Layer.SLIP}))) == NONE
    assert label_of(classify("stpp", layers=SURE_LAYERS)) == NONE
    context = Context(recent_texts=("Reply STOPJOBS to stop",))
    assert label_of(classify("stopjobs", context)) == OUT
    assert label_of(classify("stopjobs", context, layers=ALL_LAYERS - {Layer.FOOTER})) == NONE


def test_request_never_quotes_a_word_the_person_did_not_write():
    """The reply to a request has no word to put in."""
    assert classify("take me off your list").word is None


def test_accounts_own_words_may_have_courtesy():
    """A word an account added is read with courtesy around it like any other."""
    keywords = KeywordSet(opt_out=frozenset({"ADIOS"}))
    assert label_of(classify("adios please", keywords=keywords)) == OUT


@given(st.text(st.characters(), max_size=300))
def test_any_text_has_an_answer(text):
    """No text raises, whatever its characters."""
    label_of(classify(text, Context(recent_texts=(text,))))


WORDS = ["stop", "no", "more", "texts", "dont", "text", "me", "remove", "number", "your", "if", ","]


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_row_of_our_words_is_never_an_opt_in(words):
    """No arrangement of the words of opt-out requests opts anybody in."""
    assert default_policy(classify(" ".join(words))) is not Policy.ACT or label_of(
        classify(" ".join(words))
    ) in (OUT, HELP)


HOSTILE = [
    "stop ",
    "no more ",
    "please remove me from ",
    "reply to ",
    "to stop ",
    "if you ",
    "s t o p ",
    "a",
    "é",
    "\ufdfa",
    "' ",
    '"a" ',
    ". ",
    "\n-",
    "\nthanks",
    "(sent with ",
    "f*",
    " ",
    "no me manden ",
    "ne m'envoyez ",
    "ѕ ",
]


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_time_is_linear(piece):
    """Four times the text takes about four times as long; 1,600 characters take milliseconds."""
    short, long = seconds(piece, 400), seconds(piece, 1_600)
    assert long < 0.25
    assert long < 10 * short + 0.01


def seconds(piece, length):
    text = (piece * length)[:length]
    taken = []
    for _ in range(5):
        start = time.thread_time()
        classify(text)
        taken.append(time.thread_time() - start)
    return min(taken)


def test_every_pattern_is_a_regular_expression():
    """Patterns are compiled when a text first needs one, which is too late to find a bad one."""
    grammars = (english.GRAMMAR, french.GRAMMAR, spanish.GRAMMAR)
    rules = [rule for grammar in grammars for rule in grammar.rules]
    patterns = [pattern for rule in rules for pattern in (*rule.patterns, *rule.needs)]
    assert len(patterns) > 300
    for pattern in patterns:
        re.compile(pattern.expression)
