import pytest

from stopline.core.recognition.slips import is_near, shorten_runs, slips


@pytest.mark.parametrize("typed", ["stpo", "sotp", "stpp", "sstop", "syop", "sto", "srop", "styop"])
def test_one_slip_of_a_finger(typed):
    """Dropped, doubled, swapped, neighbouring and added neighbouring keys."""
    assert typed in slips("stop")


@pytest.mark.parametrize("word", ["spot", "step", "shop", "top", "atop", "stoop", "stop", "drop"])
def test_ordinary_words_are_no_slips(word):
    """What is a word of its own is never taken for another."""
    assert word not in slips("stop")


@pytest.mark.parametrize(
    "word, shortened",
    [("stoppp", ["stop", "stopp"]), ("callll", ["cal", "call"]), ("off", [])],
)
def test_drawn_out_words(word, shortened):
    """Three letters and more in a row are one or two."""
    assert list(shorten_runs(word)) == shortened


@pytest.mark.parametrize(
    "word, near",
    [
        ("unsubscribe", True),
        ("unsuscrive", True),
        ("nusbuscribe", True),
        ("subscribe", True),
        ("undescribed", False),
        ("a" * 1_000, False),
        ("short", False),
    ],
)
def test_long_words_may_have_two_slips(word, near):
    """Two slips of a long word still leave it recognisable."""
    assert is_near(word, "unsubscribe") is near
