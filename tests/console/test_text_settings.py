"""What is set for all numbers holds where a number sets nothing itself; every change is logged."""

import pytest

from stopline.core.access import Role
from stopline.core.messages import Direction
from support.console_site import Site, shown
from support.world import SECOND_SENDER, SENDER, person

ANN, BEN, CLEO = person(1), person(2), person(3)
ALL, ONE = "/console/settings/defaults", f"/console/settings/senders/{SENDER}"
REQUEST = "please stop texting me"


def save(site: Site, path: str, **wanted: str) -> None:
    answer = site.browser().post(path, enabled="on", **wanted)
    assert answer.header("location") == f"{path}?done=saved"


def tried(site: Site, text: str) -> str:
    """What the test box says, which stands on both pages."""
    found = [
        shown(site.browser().post(f"{path}/try", text=text, number=SENDER)) for path in (ALL, ONE)
    ]
    assert found[0] == found[1]
    return found[0]


def replies(site: Site) -> list[str]:
    """What was answered, newest last."""
    return [
        one.body
        for one in site.world.messages()
        if one.direction is Direction.OUTBOUND and one.batch_id is None
    ]


def test_words_and_replies_of_all_numbers(site: Site) -> None:
    """A word of the account opts out, its text answers; a number's own text goes before it."""
    save(site, ALL, opt_out_words="pelican", opt_out_text="{brand}: you are out.", brand="Shop")
    assert "opts out" in tried(site, "Pelican!")
    site.world.text(ANN, "pelican")
    assert site.world.is_denied(ANN)
    save(site, ONE, opt_out_words="walrus", opt_out_text="Bye.")
    site.world.text(BEN, "pelican")
    site.world.text(CLEO, "walrus")
    assert site.world.is_denied(BEN)
    assert site.world.is_denied(CLEO)
    assert replies(site) == ["Shop: you are out.", "Bye.", "Bye."]


def test_no_number_of_another_account_is_meant(site: Site) -> None:
    """A word of one account is none of the other's."""
    save(site, ALL, opt_out_words="pelican")
    site.world.text(ANN, "pelican", SECOND_SENDER)
    assert not site.world.is_denied(ANN, SECOND_SENDER)


def test_answers_are_switched_off_for_all(site: Site) -> None:
    """STOP is obeyed even so."""
    assert site.browser().post(ALL).status == 303
    site.world.text(ANN, "STOP")
    assert site.world.is_denied(ANN)
    assert replies(site) == []


@pytest.mark.parametrize(
    ("for_all", "own", "words", "denied"),
    [("", "", "held for your decision", False), ("act", "", "opts out", True),
     ("act", "off", "an ordinary text", False), ("off", "act", "opts out", True),
     ("flag", "", "marked for you to see", False)],
)  # fmt: skip
def test_what_free_text_may_cause(
    site: Site, for_all: str, own: str, words: str, denied: bool
) -> None:
    """The number's choice, else the account's, else the product's; the test box says the same."""
    save(site, ALL, request=for_all)
    save(site, ONE, request=own)
    assert words in tried(site, REQUEST)
    site.world.text(ANN, REQUEST)
    assert site.world.is_denied(ANN) == denied


@pytest.mark.parametrize("path", [ALL, ONE])
def test_a_stop_may_name_a_part_where_it_is_set_so(site: Site, path: str) -> None:
    """For a number or for all: then "stop ads" is a part, and the test box names the rule."""
    save(site, path, scope_words="on")
    assert "part.promotional" in tried(site, "stop ads")
    site.world.text(ANN, "stop ads")
    assert not site.world.is_denied(ANN)
    site.world.text(ANN, "STOP")
    assert site.world.is_denied(ANN)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [({"opt_out_words": "start"}, "core word of another class"),
     ({"request": "maybe"}, "is one of"), ({"help_text": "x" * 1_001}, "more than 1000")],
)  # fmt: skip
@pytest.mark.parametrize("path", [ALL, ONE])
def test_what_may_not_be_set(site: Site, path: str, wanted: dict[str, str], words: str) -> None:
    """The reason is on the page, and nothing changed."""
    answer = site.browser().post(path, enabled="on", **wanted)
    assert answer.status == 400
    assert words in shown(answer)
    assert "Nothing was changed yet" in site.browser().get("/console/audit").text


def test_the_consent_of_a_number_is_set(site: Site) -> None:
    """Only to who opted in: a text to a stranger is refused; the log names what changed."""
    save(site, ONE, opt_in_required="on", category="informational")
    site.world.send(ANN)
    (message,) = site.world.messages()
    assert message.failure is not None
    page = shown(site.browser().get("/console/audit"))
    assert "opt_in_required, category" in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR])
def test_only_an_administrator_sets_it_for_all(site: Site, role: Role) -> None:
    """Refused, and not in the log."""
    browser = site.browser(role)
    assert browser.post(ALL, opt_out_words="pelican", enabled="on").status == 403
    assert "Nothing was changed yet" in browser.get("/console/audit").text
