"""What each role may do is decided by the flows, whatever a page offers; accounts never mix."""

import pytest

from stopline.core.access import Role
from support.console_site import LOGIN, OTHER_LOGIN, Site
from support.world import SECOND_SENDER, SENDER, person

ANN = person(1)
OPERATOR_CHANGES = [
    (f"/console/people/{ANN}/opt-out", {"sender": SENDER}),
    (f"/console/people/{ANN}/opt-in", {"sender": SENDER, "evidence": "called us"}),
    ("/console/import/run", {"csv": f"from,to,status\n{SENDER},{ANN},optout\n"}),
    ("/console/batches/new", {"sender": SENDER, "recipients": ANN, "text": "Hello"}),
    ("/console/try/send", {"sender": SENDER, "text": "Hello"}),
    ("/console/try/text", {"sender": SENDER, "person": ANN, "text": "STOP"}),
]
ADMIN_CHANGES = [
    (f"/console/settings/senders/{SENDER}", {"opt_out_words": "basta"}),
    (f"/console/settings/senders/{SENDER}/switch", {"switch": "off"}),
    ("/console/carriers/simulated/switch", {"switch": "off"}),
    ("/console/settings/apps", {"name": "New"}),
    (
        "/console/settings/users",
        {"username": LOGIN, "extension": "77", "password": "x" * 20, "role": "admin"},
    ),
]


@pytest.mark.parametrize(("path", "form"), OPERATOR_CHANGES)
def test_an_auditor_changes_nothing(site: Site, path: str, form: dict[str, str]) -> None:
    """Not even with a form made by hand."""
    assert site.browser(Role.AUDITOR).post(path, **form).status == 403
    assert not site.world.is_denied(ANN)
    assert site.world.messages() == []
    assert site.phones.texts == []


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OPERATOR])
@pytest.mark.parametrize(("path", "form"), ADMIN_CHANGES)
def test_only_an_administrator_changes_settings(
    site: Site, role: Role, path: str, form: dict[str, str]
) -> None:
    """Refused, and not in the log."""
    browser = site.browser(role)
    assert browser.post(path, **form).status in (400, 403)
    assert "Nothing was changed yet" in browser.get("/console/audit").text


@pytest.mark.parametrize(
    "path",
    ["/console/", "/console/people", "/console/messages", "/console/batches", "/console/settings",
     "/console/subscriptions", "/console/carriers", "/console/audit", "/console/import",
     "/console/batches/new"],
)  # fmt: skip
@pytest.mark.parametrize("role", Role)
def test_everybody_reads_every_page(site: Site, role: Role, path: str) -> None:
    """An auditor sees what an administrator sees."""
    assert site.browser(role).get(path).status == 200


def test_an_operator_opts_out_and_in(site: Site) -> None:
    """With evidence, which the ledger keeps; without, nothing changes."""
    browser = site.browser(Role.OPERATOR)
    browser.post(f"/console/people/{ANN}/opt-out", sender=SENDER)
    assert site.world.is_denied(ANN)
    refused = browser.post(f"/console/people/{ANN}/opt-in", sender=SENDER, evidence="  ")
    assert refused.status == 409
    assert site.world.is_denied(ANN)
    browser.post(f"/console/people/{ANN}/opt-in", sender=SENDER, evidence="Letter of 2 March")
    assert not site.world.is_denied(ANN)
    page = browser.get(f"/console/people/{ANN}").text
    assert "Letter of 2 March" in page
    assert f"user:{site.users[LOGIN, Role.OPERATOR].id}" in page


def test_one_account_sees_nothing_of_another(site: Site) -> None:
    """Neither people nor messages, batches, numbers or users."""
    batch = site.world.send(ANN, body="For Ann only")
    site.world.text(ANN, "STOP")
    message = site.world.messages()[0]
    other = site.browser(login=OTHER_LOGIN)
    assert "For Ann only" not in other.get("/console/messages").text
    assert "For Ann only" not in other.get(f"/console/people/{ANN}").text
    assert ANN not in other.get("/console/people?number=%2B1312").text
    assert "Nobody whose number" in other.get("/console/people?number=%2B1312").text
    for path in (
        f"/console/messages/{message.id}",
        f"/console/batches/{batch.id}",
        f"/console/settings/senders/{SENDER}",
    ):
        assert other.get(path).status == 404, path
    assert ANN not in other.get("/console/export.csv").text
    assert ANN in site.browser().get("/console/export.csv").text


def test_one_account_changes_nothing_of_another(site: Site) -> None:
    """The other's numbers, users and apps are not found."""
    other = site.browser(login=OTHER_LOGIN)
    user = site.users[LOGIN, Role.AUDITOR]
    assert other.post(f"/console/people/{ANN}/opt-out", sender=SENDER).status == 400
    assert other.post(f"/console/settings/senders/{SENDER}/switch", switch="off").status == 404
    assert other.post(f"/console/settings/users/{user.id}/role", role="admin").status == 404
    assert other.post(f"/console/settings/users/{user.id}/switch", switch="off").status == 404
    csv = f"from,to,status\n{SENDER},{ANN},optout\n{SECOND_SENDER},{ANN},optout\n"
    answer = other.post("/console/import/run", csv=csv)
    assert SENDER in answer.text
    assert not site.world.is_denied(ANN)


def test_nobody_locks_themselves_out(site: Site) -> None:
    """One's own role and login are another administrator's to change."""
    browser, me = site.browser(), site.users[LOGIN, Role.ADMIN]
    assert browser.post(f"/console/settings/users/{me.id}/role", role="").status == 400
    assert browser.post(f"/console/settings/users/{me.id}/switch", switch="off").status == 400
    assert browser.get("/console/audit").status == 200
