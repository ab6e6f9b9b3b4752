"""Every command explains itself, and the administration works with and without a server."""

import json
import stat

import click
import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.commands.credentials_file import read_credentials
from stopline.commands.demo_account import prepare_demo
from stopline.config import Settings
from stopline.store_service import open_store
from support.servers import running


def all_commands(command, path=()):
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from all_commands(command.get_command(context, name), (*path, name))


@pytest.mark.parametrize(
    "path", list(all_commands(cli)), ids=lambda path: " ".join(path) or "stopline"
)
def test_every_command_has_help(path):
    """--help says what it does and names every option."""
    result = CliRunner().invoke(cli, [*path, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")
    assert len(result.output.splitlines()) > 3


@pytest.mark.parametrize("path", list(all_commands(cli)), ids=" ".join)
def test_every_option_says_what_it_is_for(path):
    """An option without words is a riddle in --help and in docs/commands.md."""
    command = cli
    for name in path:
        command = command.get_command(click.Context(command), name)
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.fixture
def demo_data(tmp_path):
    """A data directory with the demo account, no server."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path), store)
    store.close()
    return tmp_path


def invoke(*arguments, **options):
    result = CliRunner().invoke(cli, [str(part) for part in arguments], **options)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_demo_credentials_are_private_and_complete(demo_data):
    """The file has exactly the published keys, and nobody else can read it."""
    path = demo_data / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = json.loads(path.read_text())
    assert list(content) == [
        "server_url",
        "client_id",
        "client_secret",
        "username",
        "extension",
        "password",
        "jwt",
        "account_id",
        "extension_id",
        "senders",
    ]
    assert content["account_id"].isdecimal()
    assert content["extension_id"].isdecimal()
    assert content["username"].startswith("+1")
    assert content["extension"] == "101"
    assert len(set(content["senders"])) == 2


def test_the_demo_is_printed_with_three_commands(tmp_path, capsys):
    """A newcomer sees the logins and what to type next."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path), store)
    store.close()
    printed = capsys.readouterr().out
    made = read_credentials(tmp_path)
    for secret in (made.client_id, made.client_secret, made.password, made.jwt, *made.senders):
        assert secret in printed
    for words in ("1. Text somebody, with curl", "2. See who said stop", "3. Be the person"):
        assert words in printed


def test_secrets_are_random_per_installation(tmp_path):
    """No two installations share a secret or an id."""
    found = []
    for name in ("a", "b"):
        data = tmp_path / name
        data.mkdir()
        store = open_store(data)
        prepare_demo(Settings(data=data, log_format="json"), store)
        store.close()
        found.append(read_credentials(data))
    for field in ("client_id", "client_secret", "password", "jwt", "account_id", "extension_id"):
        assert getattr(found[0], field) != getattr(found[1], field)


def test_the_demo_is_made_once(demo_data):
    """A second start with the same directory makes nothing new."""
    before = (demo_data / "credentials.json").read_text()
    store = open_store(demo_data)
    prepare_demo(Settings(data=demo_data), store)
    store.close()
    assert (demo_data / "credentials.json").read_text() == before


def test_json_logs_hold_no_secrets(tmp_path, capsys):
    """Where logs are collected by a machine nothing secret is printed."""
    store = open_store(tmp_path)
    prepare_demo(Settings(data=tmp_path, log_format="json"), store)
    store.close()
    assert capsys.readouterr().out == ""


def use_administration(data):
    """What an operator does, by commands; the same with and without a server."""
    account = json.loads(
        invoke("accounts", "add", "Shop", "--main-number", "+12065550100", "--data", data, "--json")
    )["id"]
    capped = json.loads(invoke("accounts", "cap", account, "25.50", "--data", data, "--json"))
    assert capped == {"daily_cap": 25.5, "spent_today": 0.0, "stopped": False}
    assert "null" in invoke("accounts", "cap", account, "--off", "--data", data, "--json")
    of_account = ("--account", account, "--data", data, "--json")
    app = json.loads(invoke("apps", "add", "Till", *of_account))
    word = "correct horse battery\n"
    user = json.loads(
        invoke("users", "add", "+12065550100", "--password-file", "-", *of_account, input=word)
    )
    grant = ("--user", user["id"], "--app", app["id"], "--data", data, "--json")
    jwt = json.loads(invoke("credentials", "add", *grant))["jwt"]
    invoke("senders", "add", "+12065550101", *of_account)
    settings = ("--require-opt-in", "--category", "promotional", "--data", data, "--json")
    asked = json.loads(invoke("senders", "consent", "+12065550101", *settings))
    kept = json.loads(invoke("senders", "consent", "+12065550101", "--data", data, "--json"))
    invoke("senders", "disable", "+12065550101", "--data", data)
    invoke("apps", "disable", app["id"], "--data", data)
    listed = json.loads(invoke("senders", "list", *of_account))
    apps = json.loads(invoke("apps", "list", *of_account))
    assert listed[0]["status"] == "disabled"
    assert (asked["opt_in_required"], asked["category"]) == (True, "promotional")
    assert kept == asked
    assert apps[0]["disabled"] is True
    assert "client_secret" not in apps[0]
    assert jwt.count(".") == 2


def test_administration_without_a_server(demo_data):
    """The commands take the lock and open the store themselves."""
    use_administration(demo_data)


def test_administration_through_the_server(tmp_path):
    """The same commands go through the control socket while a server owns the store."""
    with running(tmp_path):
        use_administration(tmp_path)


ADD_ACCOUNT = ("accounts", "add", "--main-number", "+12065550100", "--data", "{data}")
WRONG = [
    (("accounts", "list", "--data", "/nonexistent"), 1, "holds no installation"),
    (("accounts", "disable", "5", "--data", "{data}"), 1, "account is not found"),
    (("accounts", "add", "--data", "{data}"), 2, "Missing argument"),
    ((*ADD_ACCOUNT, " "), 1, "name: 1 to"),
    ((*ADD_ACCOUNT, "A", "--country", "ZZ"), 1, "country: two capital letters"),
    ((*ADD_ACCOUNT, "A", "--country", "us"), 1, "country: two capital letters"),
    (("accounts", "cap", "5", "--data", "{data}"), 1, "account is not found"),
    (("accounts", "cap", "5", "much", "--data", "{data}"), 2, "no amount such as"),
    (("apps", "list", "--account", "x", "--data", "{data}"), 2, "not a valid integer"),
    (("users", "add", "+12065550100", "--account", "1", "--data", "{data}"), 2, "password-file"),
    (("senders", "add", "12", "--account", "1", "--data", "{data}"), 1, "account is not found"),
    (("config", "--port", "x"), 2, "is not a whole number"),
    (("demo", "--data", "/nonexistent"), 1, "credentials.json does not exist"),
    (("nonsense",), 2, "No such command"),
]


@pytest.mark.parametrize("arguments, code, message", WRONG)
def test_errors_name_the_remedy_and_exit_apart(demo_data, arguments, code, message):
    """2 for misuse, 1 for a failure, and never a traceback."""
    filled = [part.format(data=demo_data) for part in arguments]
    result = CliRunner().invoke(cli, filled)
    assert result.exit_code == code
    assert message in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_config_lists_values_and_sources(tmp_path, monkeypatch):
    """Each setting with its value and where it came from; secrets are hidden."""
    monkeypatch.setenv("STOPLINE_PORT", "9")
    monkeypatch.setenv("STOPLINE_CHECKPOINT_URL", "https://user:word@example.com")
    output = invoke("config", "--data", tmp_path, "--profile", "ringcentral")
    assert "port\t9\tSTOPLINE_PORT" in output
    assert "profile\tringcentral\t--profile" in output
    assert "log_level\tinfo\tdefault" in output
    assert "checkpoint_url\t(hidden)\tSTOPLINE_CHECKPOINT_URL" in output


def test_init_makes_a_real_account(tmp_path):
    """Secrets are printed once; a second init is refused."""
    arguments = ["init", "--account-name", "Shop", "--main-number", "+12065550100", "--json"]
    arguments += ["--sender", "+12065550101", "--password-file", "-", "--data", str(tmp_path)]
    made = json.loads(invoke(*arguments, input="correct horse battery\n"))
    assert made["senders"] == ["+12065550101"]
    assert "password" not in made
    again = CliRunner().invoke(cli, arguments, input="correct horse battery\n")
    assert again.exit_code == 1
    assert "has accounts already" in again.output
