from functools import cache

import pytest
from bench.recognition.data import Answer, answer, load_samples
from bench.recognition.figures import grouped, score


@cache
def answers() -> list[Answer]:
    """What is said of every text: work for seconds, which only who runs these tests has to do."""
    return answer(load_samples())


@cache
def parts():
    """The figures of each part of the data."""
    return grouped(answers(), lambda one: one.sample.part)


# What the recogniser reaches now, less than one text below. Raise it when it gets better.
FLOORS = [
    # part, recall of opt-outs, false opt-outs on all and on keyword-bearing non-requests
    ("chat", None, 0.001, 0.001),
    ("chat held", None, 0.0063, 0.0071),
    ("dev", 0.999, 0.0009, 0.0019),
    ("first", 0.999, 0.0033, 0.0035),
    ("second", 0.997, 0.0001, 0.0001),
    ("rounds", 0.993, 0.0007, 0.0016),
    ("voices", 0.938, 0.0085, 0.0189),
    ("first held", 0.999, 0.0318, 0.0334),
    ("rounds held", 0.982, 0.0232, 0.0518),
    ("voices held", 0.819, 0.0153, 0.025),
]


def test_every_part_has_its_floor():
    """A new part of the data is measured from its first day."""
    assert set(parts()) == {part for part, *_ in FLOORS}


@pytest.mark.parametrize("part, recall, false, keyword_false", FLOORS)
def test_figures_do_not_get_worse(part, recall, false, keyword_false):
    """Recall stays above and false alarms stay below what was reached."""
    reached = parts()[part]
    assert recall is None or reached.recall >= recall
    assert reached.false_opt_outs <= false
    assert reached.keyword_false_opt_outs <= keyword_false


def test_no_opt_out_is_read_as_an_opt_in():
    """The worst mistake is never made."""
    assert score(answers()).opt_outs_as_opt_in == 0


def test_keyword_variants_are_all_read():
    """Every variant of a keyword in the data that is a keyword to a machine is read."""
    variants = [
        one
        for one in answers()
        if one.sample.label == "opt_out"
        and one.sample.tags & {"case", "punctuation", "zero_width", "full_width", "emoji", "bidi"}
    ]
    assert len(variants) > 50
    assert [one.sample.text for one in variants if not one.is_right] == []
