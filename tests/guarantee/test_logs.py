"""R25: no number, text, token or secret of a whole run stands in the log."""

import secrets
from pathlib import Path

from stopline.core.messages import FINAL_STATUSES
from support.api import Api
from support.handsets import Handsets
from support.processes import Installation
from support.proof import record
from support.servers import get
from support.world import person

PEOPLE = 50


def test_the_log_of_a_whole_run_names_nobody(tmp_path: Path) -> None:
    """Logging in, sending, STOP, refusals, bad requests, a kill and a restart at level debug."""
    settings = {"STOPLINE_LOG_LEVEL": "debug"}
    installation = Installation(tmp_path, settings=settings)
    installation.start_simulator()
    text = f"Your code is {secrets.token_hex(8)}"
    people = [person(number) for number in range(PEOPLE)]
    try:
        server = installation.start()
        credentials = installation.credentials
        sender = credentials["senders"][0]
        api = Api(installation.port, credentials)
        api.log_in()
        assert api.send(sender, people, text).status == 201
        handsets = Handsets(installation.port, sender, iter(people))
        handsets.start()
        handsets.wait_for(PEOPLE)
        provoke(api, installation, sender, text)
        server.kill()
        server = installation.start()
        server.until(lambda: set(installation.statuses()) <= FINAL_STATUSES, "not done")
        assert server.terminate() == 0
    finally:
        installation.close()
    leaks = installation.leaks(text, api.token, *people)
    lines = installation.log.read_text().count("\n")
    record("R25 log of a whole run searched", 1, lines=lines, hits=len(leaks))
    assert lines
    assert leaks == []


def provoke(api: Api, installation: Installation, sender: str, text: str) -> None:
    """Whatever could make a careless program log what it was given."""
    assert api.send(sender, ["+0", "not a number"], text).status in {201, 400}
    assert api.send(person(1), [person(2)], text).status == 400
    assert api.call("POST", "/restapi/v1.0/account/~/a2p-sms/batches", [text]).status == 400
    assert api.call("GET", f"/restapi/v1.0/account/{person(3)}/a2p-sms/opt-outs").status >= 400
    assert get(f"{installation.url}/restapi/v1.0/account/~?access_token={api.token}")[0] == 401
