"""Carriers in the console: their state, and the switch that makes messages wait."""

from stopline.flows.administration import move_sender
from stopline.flows.carriers import read_board
from support.console_site import OTHER_LOGIN, Site, shown
from support.world import ACCOUNT, CARRIER, SECOND_SENDER

SWITCH = f"/console/carriers/{CARRIER}/switch"


def is_paused(site: Site) -> bool:
    return site.world.store.read_now(read_board).is_paused(CARRIER)


def test_a_carrier_is_paused_and_goes_on(site: Site) -> None:
    """For every process, as by the command; page and audit log say so."""
    site.world.store.transact_now(move_sender, SECOND_SENDER, ACCOUNT)  # nobody else's is left
    browser = site.browser()
    browser.post(SWITCH, switch="off")
    assert is_paused(site)
    assert "Paused since" in shown(browser.get("/console/carriers"))
    browser.post(SWITCH, switch="on")
    assert not is_paused(site)
    log = shown(browser.get("/console/audit"))
    assert "carrier paused" in log
    assert "carrier resumed" in log


def test_a_carrier_that_others_send_through_is_not_one_accounts_to_pause(site: Site) -> None:
    """Its numbers would go silent too."""
    other = site.browser(login=OTHER_LOGIN)
    refused = other.post(SWITCH, switch="off")
    assert refused.status == 400
    assert "other accounts" in shown(refused)
    assert not is_paused(site)


def test_a_carrier_that_nobody_knows_is_not_found(site: Site) -> None:
    """Not even to be paused for later."""
    assert site.browser().post("/console/carriers/nobody/switch", switch="off").status == 404
