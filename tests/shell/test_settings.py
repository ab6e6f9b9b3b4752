"""Settings: which layer wins, what is refused, and that each is documented."""

from decimal import Decimal
from pathlib import Path

import pytest

from stopline.commands.config import render_markdown
from stopline.config import Settings
from stopline.config_docs import describe_settings
from stopline.config_sources import SettingsError, load_settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "my.toml"
    path.write_text('port = 1001\nprofile = "ringcentral"\nprice_per_segment = 0.0079\n')
    return path


LAYERS = [
    ({}, {}, 1001, "my.toml"),
    ({}, {"STOPLINE_PORT": "1002"}, 1002, "STOPLINE_PORT"),
    ({"port": 1003}, {"STOPLINE_PORT": "1002"}, 1003, "--port"),
    ({"port": "1003"}, {}, 1003, "--port"),
]


@pytest.mark.parametrize("flags, environment, port, source", LAYERS)
def test_a_later_layer_wins(config, flags, environment, port, source):
    """A flag beats the environment, which beats the file; the source is told."""
    loaded = load_settings(flags, environment, config)
    assert loaded.settings.port == port
    assert loaded.sources["port"].endswith(source)
    assert loaded.sources["profile"] == str(config)
    assert loaded.sources["host"] == "default"


def test_the_file_in_the_data_directory_is_read(tmp_path):
    """Without a name the file is <data>/stopline.toml, of the data directory in force."""
    (tmp_path / "stopline.toml").write_text("port = 7\n")
    assert load_settings({"data": str(tmp_path)}, {}).settings.port == 7
    assert load_settings({}, {"STOPLINE_DATA": str(tmp_path)}).settings.port == 7


def test_the_environment_names_the_file(config):
    """STOPLINE_CONFIG names a file, --config another that wins."""
    environment = {"STOPLINE_CONFIG": str(config)}
    assert load_settings({}, environment).settings.port == 1001
    other = config.with_name("other.toml")
    other.write_text("port = 5\n")
    assert load_settings({}, environment, other).settings.port == 5


def test_prices_are_exact(config):
    """A price is never a binary fraction on its way to millionths."""
    settings = load_settings({}, {}, config).settings
    assert settings.price_per_segment == Decimal("0.0079")
    assert settings.price_per_segment_millionths == 7900


REFUSED = [
    ({"STOPLINE_PORT": "abc"}, "port (from STOPLINE_PORT): 'abc' is not a whole number from 0"),
    ({"STOPLINE_PORT": "65536"}, "0 to 65535; the default is 8080"),
    ({"STOPLINE_PORT": "tcp://10.0.0.1:80"}, "enableServiceLinks: false"),
    ({"STOPLINE_PROFILE": "x"}, "not one of ringcentral, seed"),
    ({"STOPLINE_SIMULATOR": "perhaps"}, "not true or false"),
    ({"STOPLINE_TLS_KEY": "a.pem"}, "set tls_certificate and tls_key together"),
    ({"STOPLINE_PRICE_PER_SEGMENT": "0.0000001"}, "at most six decimals"),
    ({"STOPLINE_PRICE_PER_SEGMENT": "-1"}, "give 0 to 1000"),
    ({"STOPLINE_PRICE_PER_SEGMENT": "nan"}, "give 0 to 1000"),
    ({"STOPLINE_SIMULATOR_FAILURE_RATE": "nan"}, "a number from 0 to 1"),
    ({"STOPLINE_TRUSTED_PROXIES": "10.0.0.1, proxy"}, '"proxy" is no address or network'),
    ({"STOPLINE_PUBLIC_URL": "sms.example.com"}, "give an address such as https://"),
    ({"STOPLINE_DATA": ""}, "is not a path"),
    ({"STOPLINE_CONFIG": "/no/such/file"}, "can not be read"),
]


@pytest.mark.parametrize("environment, message", REFUSED)
def test_a_wrong_value_is_refused_with_its_remedy(environment, message):
    """The error names the key, where the value came from and what is expected."""
    with pytest.raises(SettingsError) as refused:
        load_settings({}, environment)
    assert message in str(refused.value)


WRONG_FILES = [
    ("prot = 1", 'did you mean "port"?'),
    ("zzz = 1", "remove it"),
    ("port = ", "this is no TOML"),
    ('port = "80"x', "this is no TOML"),
    ("port = true", "True is not a whole number"),
    ("trusted_proxies = 1", "1 is not a list"),
]


@pytest.mark.parametrize("text, message", WRONG_FILES)
def test_a_wrong_file_is_refused_with_its_remedy(tmp_path, text, message):
    """A file may not hold unknown keys or values of another kind."""
    path = tmp_path / "stopline.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=r"stopline\.toml") as refused:
        load_settings({}, {}, path)
    assert message in str(refused.value)


ROLES = [
    ({"only": "api"}, "with SQLite one process does everything"),
    ({"only": "api,console", "database_url": "postgresql:///x"}, "run stopline simulator"),
    ({"only": "carriers", "database_url": "postgresql:///x"}, "each one of api, console, workers"),
]


@pytest.mark.parametrize("flags, message", ROLES)
def test_roles_apart_need_what_they_share(flags, message):
    """A database of all, and a simulator of all; the roles have names."""
    with pytest.raises(SettingsError, match="setting only") as refused:
        load_settings(flags, {})
    assert message in str(refused.value)


ALLOWED_ROLES = [
    ({}, {"api", "console", "workers"}),
    ({"only": "workers,api,console"}, {"api", "console", "workers"}),
    (
        {"only": "workers", "database_url": "postgresql:///x", "simulator": "false"},
        {"workers"},
    ),
]


@pytest.mark.parametrize("flags, roles", ALLOWED_ROLES)
def test_a_process_has_the_roles_it_was_given(flags, roles):
    """None given: all, which is also what SQLite takes."""
    assert load_settings(flags, {}).settings.roles == roles


def test_a_secret_is_not_quoted():
    """An error and a listing never show a secret value."""
    doc = next(doc for doc in describe_settings() if doc.name == "checkpoint_url")
    assert doc.show("https://user:word@host") == "(hidden)"
    with pytest.raises(SettingsError) as refused:
        load_settings({}, {"STOPLINE_CHECKPOINT_URL": "ftp://user:word@host"})
    assert "word" not in str(refused.value)


def test_foreign_variables_are_reported_and_ignored():
    """An orchestrator's STOPLINE_SERVICE_HOST does not stop the start."""
    loaded = load_settings({}, {"STOPLINE_SERVICE_HOST": "10.0.0.1", "PATH": ""})
    assert loaded.unknown_variables == ("STOPLINE_SERVICE_HOST",)


URLS = [
    ({}, "http://127.0.0.1:8080"),
    ({"host": "::1", "port": 1}, "http://[::1]:1"),
    ({"public_url": "https://sms.example.com/"}, "https://sms.example.com"),
    ({"tls_certificate": Path("a"), "tls_key": Path("b")}, "https://127.0.0.1:8080"),
]


@pytest.mark.parametrize("values, url", URLS)
def test_links_are_built_from_settings(values, url):
    """The server's address comes from public_url, else from where it listens."""
    assert Settings(**values).base_url == url


def test_each_setting_is_documented():
    """The reference in docs/configuration.md is what the code says (stopline config --format
    markdown prints it)."""
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    assert page.endswith(render_markdown())
