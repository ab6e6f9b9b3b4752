"""What pages show: texts as text, the reason of a block, the proof, the price of a batch."""

import json
import re

import pytest

from stopline.console.composing import Draft, compose
from stopline.console.persons import read_prefix
from stopline.core.access import Role
from stopline.core.errors import InvalidField
from stopline.core.ledger import LedgerEntry, entry_hash
from stopline.core.messages import FailureCode
from stopline.flows.consent import NetworkDenial, record_network_denials
from support.console_site import LOGIN, Site, shown
from support.world import SENDER, person

ANN, BEN = person(1), person(2)
MARKUP = "<script>alert('x')</script> \"><img src=x onerror=alert(1)> {{ 7*7 }} & <u>"


def everywhere(site: Site) -> list[str]:
    """Each page that shows what people wrote."""
    message = site.world.messages()[-1]
    return [
        "/console/messages",
        f"/console/messages/{message.id}",
        f"/console/people/{ANN}",
        f"/console/people/{ANN}/evidence",
        "/console/people",
        "/console/overview/figures",
        "/console/settings",
        f"/console/settings/senders/{SENDER}",
        "/console/audit",
        f"/console/try?sender=%2B{SENDER[1:]}",
    ]


def test_what_people_write_is_never_markup(site: Site) -> None:
    """Texts both ways, evidence, labels, names, words: all are shown as they were written."""
    browser = site.browser()
    site.world.send(ANN, body=MARKUP)
    browser.post(f"/console/people/{ANN}/opt-out", sender=SENDER)
    browser.post(f"/console/people/{ANN}/opt-in", sender=SENDER, evidence=MARKUP)
    browser.post(f"/console/settings/senders/{SENDER}", opt_out_text=MARKUP, enabled="on")
    browser.post("/console/settings/apps", name=MARKUP)
    site.world.text(ANN, MARKUP)
    for path in everywhere(site):
        answer = browser.get(path)
        assert answer.status == 200, path
        assert "<script>alert" not in answer.text, path
        assert "<img" not in answer.text, path
        assert "<u>" not in answer.text, path
    assert MARKUP in shown(browser.get(f"/console/people/{ANN}"))


@pytest.mark.parametrize(
    "path",
    [
        "/console/people?number=%3Cscript%3Ealert(1)%3C/script%3E",
        "/console/people/%3Cscript%3E",
        "/console/messages?number=%22%3E%3Cimg%20src%3Dx%3E",
        "/console/messages?batch=%3Cimg%3E",
        "/console/sign-in?next=%22%3E%3Cimg%20src%3Dx%3E",
        "/console/?range=%22%3E%3Cimg%3E",
        f"/console/people/{ANN}?done=%3Cimg%3E&before=%3Cimg%3E",
    ],
)
def test_what_an_address_holds_is_never_markup(site: Site, path: str) -> None:
    """Numbers and filters that carry tags."""
    answer = site.browser().get(path)
    assert answer.status in (200, 400, 404)
    assert "<img" not in answer.text
    assert "<script>alert" not in answer.text


def test_no_page_has_inline_code_or_style(site: Site) -> None:
    """The policy forbids it, so it would not work either."""
    browser = site.browser()
    site.world.send(ANN)
    site.world.text(ANN, "STOP")
    for path in everywhere(site):
        text = browser.get(path).text
        assert re.findall(r"<script(?![^>]*\bsrc=)", text) == [], path
        assert re.findall(r"\s(?:on[a-z]+|style)=[\"']", text) == [], path
        addresses = re.findall(r'(?:src|href)="([^"]*)"', text)
        assert [one for one in addresses if ":" in one] == [], path


def test_a_person_page_says_what_blocks_and_why(site: Site) -> None:
    """The words, the rule, the ledger row; the refused text beside them."""
    site.world.text(ANN, " Stop! ")
    site.world.send(ANN, body="Second offer")
    page = shown(site.browser().get(f"/console/people/{ANN}"))
    for words in ("Blocked since", "by the person", "Stop!", "(exact, rules", "Second offer",
                  "blocked: opted out", "Ledger row"):  # fmt: skip
        assert words in page


def test_support_reads_why_a_message_was_not_sent(site: Site) -> None:
    """In one sentence, with the way to the proof."""
    site.world.text(ANN, "STOP")
    site.world.send(ANN)
    message = site.world.messages()[-1]
    page = site.browser(Role.AUDITOR).get(f"/console/messages/{message.id}")
    assert "Not sent: the person had opted out of this number." in page.text
    assert f"/console/people/{ANN.replace('+', '%2B')}" in page.text


def test_an_opt_in_against_a_carrier_is_refused_and_says_so(site: Site) -> None:
    """Only the person's own START lifts what the network blocks."""
    denial = NetworkDenial(SENDER, ANN, "simulated", FailureCode.CARRIER_OPTED_OUT)
    site.world.store.transact_now(record_network_denials, [denial])
    answer = site.browser().post(f"/console/people/{ANN}/opt-in", sender=SENDER, evidence="asked")
    assert answer.status == 409
    assert "The carrier blocks this pair" in shown(answer)
    assert site.world.is_denied(ANN)


def test_the_bundle_can_be_checked_by_its_reader(site: Site) -> None:
    """Each entry holds what its hash is made of; together they end at the chain's head."""
    site.world.text(ANN, "STOP")
    site.world.text(ANN, "START")
    answer = site.browser(Role.AUDITOR).get(f"/console/people/{ANN}/evidence.json")
    assert "attachment" in answer.header("content-disposition")
    bundle = json.loads(answer.body)
    entries = [LedgerEntry(**line["entry"]) for line in bundle["ledger"]]
    assert [entry.kind for entry in entries] == ["opt_in", "opt_out"]
    assert [entry_hash(entry) for entry in entries] == [entry.hash for entry in entries]
    assert all(line["hashIsRight"] and line["plainValuesAreRight"] for line in bundle["ledger"])
    assert bundle["chainHeads"] == [
        {"bucket": entries[0].bucket, "position": 2, "hash": entries[0].hash}
    ]


def test_the_bundle_names_an_edited_entry(site: Site) -> None:
    """A changed plain text is seen."""
    site.world.text(ANN, "STOP")
    site.world.store.transact_now(
        lambda tx: tx.ledger._db.connection.execute(
            "update ledger_personal set raw_text = '4f4b' where position = 1"
        )
    )
    assert "EDITED" in site.browser().get(f"/console/people/{ANN}/evidence").text


def test_search_finds_beginnings_and_whole_numbers(site: Site) -> None:
    """Everybody with a message or a record, and nobody else."""
    site.world.send(person(1), person(2), person(9_500))
    site.world.text(person(3), "STOP")
    browser = site.browser()
    found = re.findall(r"people/%2B(\d+)\"", browser.get("/console/people?number=312+200").text)
    assert found == [person(n)[1:] for n in (1, 2, 3)]
    whole = browser.get("/console/people?number=(312)+200-1001")
    assert whole.header("location") == "/console/people/%2B13122001001"


@pytest.mark.parametrize(
    ("text", "prefix"),
    [("+1312", "+1312"), ("312 5", "+13125"), ("(312) 555", "+1312555"), ("1312", "+1312"),
     ("+44 20", "+4420"), ("31", None), ("abc", None)],
)  # fmt: skip
def test_how_a_beginning_is_read(text: str, prefix: str | None) -> None:
    """Without a plus a North American number is meant."""
    assert read_prefix(text) == prefix


def test_an_import_is_shown_before_it_is_made(site: Site) -> None:
    """The dry run counts the same and changes nothing; bad lines are named."""
    site.world.text(BEN, "STOP")
    csv = f"from,to,status\n{SENDER},{ANN},optout\n{SENDER},{BEN},optout\n{SENDER},nix,optout\n"
    browser = site.browser(Role.OPERATOR)
    preview = shown(browser.post("/console/import", csv=csv))
    assert "nothing has changed yet" in preview
    assert "line 4" in preview
    assert not site.world.is_denied(ANN)
    browser.post("/console/import/run", csv=csv)
    assert site.world.is_denied(ANN)


def test_a_batch_says_before_it_is_sent_who_will_be_refused(site: Site) -> None:
    """And whether the way out is named, and what it costs."""
    site.world.text(BEN, "STOP")
    form = {"sender": SENDER, "recipients": f"{ANN}\n{BEN}\n12", "text": "Hello"}
    browser = site.browser(Role.OPERATOR)
    preview = " ".join(shown(browser.post("/console/batches/new/preview", **form)).split())
    assert "Will be sent 1 Will be refused 1 opted out Not a number 1" in preview
    assert "does not say how to opt out" in preview
    assert site.world.messages() == [m for m in site.world.messages() if m.batch_id is None]
    answer = browser.post("/console/batches/new", **form)
    assert answer.header("location").startswith("/console/batches/")
    assert "blocked: the person opted out" in browser.get(answer.header("location")).text


def test_places_in_a_text_take_the_values_of_columns() -> None:
    """Each person gets their own text, counted for itself."""
    draft = Draft(SENDER, f"number,name\n{ANN},Ann\n{BEN},Ben", "Hi {name}. Reply STOP to end")
    composed = compose(draft, "US", 7_000)
    assert [m.body for m in composed.plan.accepted] == [
        "Hi Ann. Reply STOP to end",
        "Hi Ben. Reply STOP to end",
    ]
    assert (composed.has_instruction, composed.cost_micros) == (True, 14_000)


@pytest.mark.parametrize(
    ("recipients", "text"),
    [("", "Hello"), (ANN, ""), (ANN, "Hi {name}"), (f"number\n{ANN}", "Hi {name}")],
)
def test_a_draft_that_lacks_something_says_what(recipients: str, text: str) -> None:
    """Nobody to send to, nothing to send, a column that is not there."""
    with pytest.raises(InvalidField):
        compose(Draft(SENDER, recipients, text), "US", 0)


def test_secrets_are_shown_once(site: Site) -> None:
    """In the answer that made them, and on no page after it."""
    browser = site.browser()
    made = browser.post("/console/settings/apps", name="Shop")
    secret = re.search(r'id="secret-2">([0-9a-f]{64})<', made.text)
    assert secret is not None
    for path in ("/console/settings", "/console/audit"):
        assert secret[1] not in browser.get(path).text
    assert "app added" in browser.get("/console/audit").text


def test_changes_of_settings_are_in_the_audit_log(site: Site) -> None:
    """Who, what, of what."""
    browser = site.browser()
    browser.post(f"/console/settings/senders/{SENDER}", opt_out_words="basta, ya no", enabled="on")
    browser.post(f"/console/settings/senders/{SENDER}/switch", switch="off")
    browser.post(
        "/console/settings/users", username=LOGIN, extension="55", password="x" * 20, role="auditor"
    )
    page = shown(browser.get("/console/audit"))
    for words in (
        "replies changed",
        "opt_out_words",
        "number switched off",
        "user added",
        "auditor",
    ):
        assert words in page


def test_the_test_box_reads_as_the_gate_does(site: Site) -> None:
    """With the number's own words."""
    browser = site.browser()
    path = f"/console/settings/senders/{SENDER}"
    assert "an ordinary text" in browser.post(f"{path}/try", text="pelican").text
    browser.post(path, opt_out_words="pelican", enabled="on")
    assert "opts out" in browser.post(f"{path}/try", text="Pelican!").text
    refused = browser.post(path, opt_out_words="start", enabled="on")
    assert "core word of another class" in shown(refused)


def test_the_overview_counts_what_the_ledger_and_the_messages_hold(site: Site) -> None:
    """Numbers that agree with the API."""
    site.world.send(ANN, BEN)
    site.world.text(ANN, "STOP")
    site.world.text(ANN, "START")
    site.world.text(BEN, "STOP")
    page = " ".join(shown(site.browser().get("/console/overview/figures?range=1h")).split())
    assert "Received 3" in page
    assert "Opted out 2" in page
    assert "Opted in again 1" in page


def test_a_long_list_is_turned_by_its_links(site: Site) -> None:
    """Every message once, whichever way."""
    site.world.send(*[person(n) for n in range(120)])
    browser = site.browser()
    seen: list[str] = []
    path = "/console/messages?direction=out"
    while path:
        page = browser.get(path).text
        seen += re.findall(r"/console/messages/(\d+)\"", page)
        older = re.search(r'href="(\?[^"]*)" rel="next"', page)
        path = "/console/messages" + older[1].replace("&amp;", "&") if older else ""
    assert len(seen) == len(set(seen)) == 120
