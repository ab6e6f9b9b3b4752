import pytest

from stopline.core.footers import footer_words
from stopline.core.keywords import Context, KeywordClass, KeywordSet, Layer, classify

OFFERS = [
    ("Sale today! Reply STOP2END to end", "Stop2end"),
    ("Sale today! Reply STOP2END to end", "stop2end."),
    ("Acme: 20% off. Txt NOMORE 2 quit", "nomore"),
    ("Acme: 20% off. Txt NOMORE 2 quit", "No More"),
    ("Vote! Text LEAVE to opt out", "LEAVE"),
    ("Vote! Text LEAVE to opt out", "leave to opt out"),
    ("To stop receiving texts, reply OUT", "out"),
    ("To unsubscribe send BYE to 12345", "Bye!"),
    ("Text OUT to 12345 to unsubscribe", "out"),
    ("Stop2Quit", "Stop2Quit"),
    ("Reply 2 to opt out", "2"),
    ('Reply with "leave" to unsubscribe.', "leave"),
    ("REPLY N TO STOP", "n"),
    ("Pour ne plus recevoir nos textos, répondez FINI", "fini"),
    ("Envíe SALIR para cancelar mensajes", "salir"),
    ("Msg&data rates may apply. Reply HELP for help. Reply END2 to end msgs", "END2"),
]


@pytest.mark.parametrize("sent, reply", OFFERS)
def test_word_of_our_own_footer_opts_out(sent, reply):
    """What a recent text offers as opt-out instruction is an opt-out word for the pair."""
    result = classify(reply, KeywordSet(), Context(opted_out=False, recent_texts=("hi", sent)))
    assert result.keyword_class is KeywordClass.OPT_OUT


NO_OFFERS = [
    ("Reply C to cancel your appointment", "C"),
    ("Reply YES to confirm or NO to cancel", "no"),
    ("Reply READY to quit smoking", "ready"),
    ("Are you READY to quit?", "ready"),
    ("Text us to stop by", "us"),
    ("Reply HELP for help", "for help"),
    ("Text START to stop the pain", "begin"),
    ("Reply 1 to end the call", "1"),
    ("We want to end hunger", "want"),
]


@pytest.mark.parametrize("sent, reply", NO_OFFERS)
def test_other_instructions_offer_no_opt_out(sent, reply):
    """An instruction for something else makes no opt-out word."""
    context = Context(opted_out=False, recent_texts=(sent,))
    assert classify(reply, KeywordSet(), context).keyword_class is None


def test_footer_word_holds_for_its_pair_only():
    """Without the text that offered it the word means nothing."""
    assert classify("nomore", KeywordSet(), Context()).keyword_class is None


def test_configured_footer_always_counts():
    """An account's own footers count beside the texts sent."""
    keywords = KeywordSet(footers=("Reply ADIOS to stop",))
    result = classify("adios", keywords, Context())
    assert (result.layer, result.word) == (Layer.FOOTER, "adios")


def test_footer_never_turns_start_or_help_into_an_opt_out():
    """A mistaken footer does not change the class of START and HELP."""
    assert footer_words(("Reply START to stop", "Reply HELP to quit")) & {"start", "help"} == set()
