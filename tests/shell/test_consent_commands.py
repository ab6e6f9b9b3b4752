"""Consent from the command line: changes, CSV in and out, and what the ledger says of it."""

import json
import re
from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.commands.credentials_file import read_credentials
from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.store_service import open_store
from support.servers import running

ANN = "+12065550161"
BEN = "+13125550162"


@pytest.fixture(params=["alone", "beside a server"])
def data(request, tmp_path):
    """A demo installation; each rule holds with and without a server."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path, log_format="json"), store)
    store.close()
    with running(tmp_path) if request.param == "beside a server" else nullcontext():
        yield tmp_path


def invoke(data, *arguments, code=0):
    result = CliRunner().invoke(cli, [*arguments, "--data", str(data)])
    assert result.exit_code == code, result.output
    return result


def ask(data, *arguments):
    return json.loads(invoke(data, *arguments, "--json").stdout)


def test_a_person_is_taken_off_and_on(data):
    """add opts out, remove opts in; show, list, history and the ledger agree."""
    sender = read_credentials(data).senders[0]
    from_sender = ("--from", sender)
    assert ask(data, "consent", "add", ANN, *from_sender)["changed"] == 1
    assert ask(data, "consent", "show", ANN, *from_sender)["status"] == "optout"
    shown = invoke(data, "consent", "show", ANN, *from_sender).stdout
    assert re.search(r"source=account since=\d{4}-\d\d-\d\dT[\d:.]+Z", shown)
    assert [one["to"] for one in ask(data, "consent", "list", *from_sender)] == [ANN]
    assert ask(data, "consent", "remove", ANN, *from_sender)["changed"] == 1
    assert "none" in invoke(data, "consent", "list", *from_sender).stderr
    told = ask(data, "consent", "history", ANN)
    assert [(one["kind"], one["changed"]) for one in told] == [("opt_out", True), ("opt_in", True)]
    assert told[0]["actor"].startswith("command:")
    assert ask(data, "ledger", "verify")["entries"] == 2
    assert ask(data, "ledger", "rebuild", "--check") == {"differences": 0}


def test_csv_goes_round(data, tmp_path):
    """What was exported can be imported again, and changes nothing then."""
    sender = read_credentials(data).senders[0]
    first = tmp_path / "in.csv"
    first.write_text(f"from,to,status\n{sender},{ANN},optout\n{sender},{BEN},optout\n")
    dry = ask(data, "consent", "import", str(first), "--dry-run")
    assert (dry["facts"], dry["new"]) == (2, 2)
    assert "none" in invoke(data, "consent", "list", "--from", sender).stderr
    assert ask(data, "consent", "import", str(first))["new"] == 2
    out = tmp_path / "out.csv"
    invoke(data, "consent", "export", "--from", sender, "--output", str(out))
    assert out.read_text().splitlines()[0] == "from,to,status,source,changed_at,category"
    again = ask(data, "consent", "import", str(out))
    assert (again["new"], again["known"]) == (0, 2)
    assert ask(data, "ledger", "verify")["entries"] == 2


def test_bad_lines_are_named_and_nothing_is_guessed(data, tmp_path):
    """With a bad line nothing is imported, unless the rest is asked for."""
    sender = read_credentials(data).senders[0]
    file = tmp_path / "in.csv"
    file.write_text(
        "from,to,status\n"
        f"{sender},{ANN},optout\n"
        f"{sender},206-555-0161,optout\n"
        f"{sender},{BEN},stop\n"
        f"{sender}\n"
    )
    refused = invoke(data, "consent", "import", str(file), code=1)
    for number in (3, 4, 5):
        assert f"line {number}: " in refused.stderr
    assert "none" in invoke(data, "consent", "list", "--from", sender).stderr
    assert ask(data, "consent", "import", str(file), "--skip-bad-lines")["new"] == 1


def test_a_moved_number_takes_its_opt_outs_along(data):
    """The pair stays opted out at the new account, whose list shows only its own time."""
    sender = read_credentials(data).senders[0]
    from_sender = ("--from", sender)
    invoke(data, "consent", "add", ANN, *from_sender)
    account = ask(data, "accounts", "add", "Other", "--main-number", "+12065550100")["id"]
    moved = ask(data, "senders", "move", sender, "--to", str(account))
    assert moved["account_id"] == account
    assert ask(data, "consent", "show", ANN, *from_sender)["status"] == "optout"
    assert "none" in invoke(data, "consent", "list", *from_sender).stderr


def test_the_export_of_the_ledger_hides_numbers(data, tmp_path):
    """Without --plain there are only keyed hashes; with it the plain values are added."""
    sender = read_credentials(data).senders[0]
    invoke(data, "consent", "add", ANN, "--from", sender)
    hidden, plain = tmp_path / "hidden.jsonl", tmp_path / "plain.jsonl"
    invoke(data, "ledger", "export", "--output", str(hidden))
    invoke(data, "ledger", "export", "--plain", "--output", str(plain))
    assert ANN not in hidden.read_text()
    assert ANN in plain.read_text()
    head, *entries = map(json.loads, hidden.read_text().splitlines())
    assert [one["entry"]["position"] for one in entries] == [1]
    assert head["heads"][0][2] == entries[0]["entry"]["hash"]


def test_an_edited_ledger_is_found(tmp_path):
    """verify exits with 1 and says where."""
    import apsw

    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path, log_format="json"), store)
    store.close()
    sender = read_credentials(tmp_path).senders[0]
    invoke(tmp_path, "consent", "add", ANN, "--from", sender)
    connection = apsw.Connection(str(tmp_path / "stopline.db"))
    connection.execute("update ledger_entries set actor = 'somebody'")
    connection.execute("update consents set denied = 0, denials = '[]'")
    connection.close()
    assert "does not verify" in invoke(tmp_path, "ledger", "verify", code=1).output
    assert (
        "not what the ledger says"
        in invoke(tmp_path, "ledger", "rebuild", "--check", code=1).output
    )


def test_an_erased_person_stays_blocked(data):
    """erase forgets the number, says what it did, and the ledger verifies; twice is harmless."""
    made = read_credentials(data)
    invoke(data, "consent", "add", ANN, "--from", made.senders[0])
    account = ("--account", made.account_id)
    first = ask(data, "erase", ANN, *account)
    assert (first["consents"], first["ledger_entries"]) == (1, 1)
    assert set(ask(data, "erase", ANN, *account).values()) == {0}
    assert "none" in invoke(data, "consent", "list", "--from", made.senders[0]).stderr
    assert ask(data, "consent", "show", ANN, "--from", made.senders[0])["status"] == "optout"
    assert ask(data, "ledger", "verify")["entries"] == 2
    assert ask(data, "ledger", "rebuild", "--check") == {"differences": 0}
    invoke(data, "erase", ANN, "--account", "1", code=1)
