"""The tables [carriers.NAME] of the settings file."""

import asyncio
import tomllib
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from stopline.carriers.registry import KINDS, build_carriers
from stopline.carriers.settings import SettingProblem
from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.carriers.smpp.settings import SmppSettings
from stopline.config_sources import SettingsError, load_settings
from stopline.core.carriage import Submission
from support.carrier_events import RecordingEvents
from support.smsc import Smsc, text_message

ROOT = Path(__file__).parents[3]
SMALLEST = {"kind": "smpp", "host": "127.0.0.1", "system_id": "stopline"}


def problem(tables: object) -> SettingProblem:
    with pytest.raises(SettingProblem) as raised:
        build_carriers(tables)  # type: ignore[arg-type]
    return raised.value


@pytest.mark.parametrize(
    "change, key",
    [
        ({"window": 0}, "window"),
        ({"window": 1_001}, "window"),
        ({"port": "x"}, "port"),
        ({"windw": 10}, "windw"),
        ({"country": "UK"}, "country"),
        ({"not_now": 0x64}, "not_now"),
        ({"not_now": 0}, "not_now"),
        ({"data_codings": {"default": 3}}, "data_codings"),
        ({"data_codings": {"utf8": 5}}, "data_codings"),
        ({"error_profile": "nobody"}, "error_profile"),
        ({"errors": {"1": "no such code"}}, "errors"),
        ({"statuses": {"x": "carrier_spam"}}, "statuses"),
        ({"tlvs": {"0x1400": "hex:1"}}, "tlvs"),
        ({"tlvs": {"brand": "1"}}, "tlvs"),
        ({"password": "a", "password_file": "b"}, "password_file"),
        ({"password_file": "no/such/file"}, "password_file"),
        ({"tls": True, "tls_ca": "no/such/file"}, "tls_ca"),
        ({"kind": "pigeon"}, "kind"),
        ({"host": ""}, "host"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(change, key):
    """The start stops with the carrier and the key; a password is never shown."""
    found = problem({"acme": SMALLEST | {"password": "s3cret"} | change})
    assert found.key.startswith("carriers.acme")
    assert key in str(found)
    assert "s3cret" not in str(found)


@pytest.mark.parametrize("name", ["simulated", "Acme", "", "a" * 33, "a.b"])
def test_names_of_carriers(name):
    """They stand in the store; the simulated carrier's is taken."""
    assert "name" in problem({name: SMALLEST}).remedy


@pytest.mark.parametrize("missing", ["host", "system_id", "kind"])
def test_what_has_no_default_must_be_there(missing):
    """Where and as whom to bind."""
    table = {key: value for key, value in SMALLEST.items() if key != missing}
    assert missing in str(problem({"acme": table}))


def test_the_smallest_table_is_a_carrier():
    """Everything else has a default."""
    (carrier,) = build_carriers({"acme": SMALLEST})
    assert carrier.name == "acme"
    assert carrier.capabilities.redelivers_inbound


def test_tables_come_from_the_settings_file(tmp_path):
    """And a wrong one is an error of the file."""
    file = tmp_path / "stopline.toml"
    file.write_text('[carriers.acme]\nkind = "smpp"\nhost = "h"\nsystem_id = "s"\n')
    assert load_settings({}, {}, file).settings.carriers["acme"]["host"] == "h"
    file.write_text('[carriers.acme]\nkind = "smpp"\nhost = "h"\n')
    with pytest.raises(SettingsError, match=r"carriers\.acme"):
        load_settings({}, {}, file)
    file.write_text("carriers = 3\n")
    with pytest.raises(SettingsError, match="carriers"):
        load_settings({}, {}, file)


def page() -> str:
    return (ROOT / "docs" / "carriers" / "smpp.md").read_text()


@pytest.mark.parametrize("name", [field.name for field in msgspec.structs.fields(SmppSettings)])
def test_every_setting_is_on_the_page(name):
    """With the words of the source, which give its reason."""
    if name == "kind":
        return
    text = get_type_hints(SmppSettings, include_extras=True)[name].__metadata__[-1].description
    assert f"| `{name}` |" in page()
    assert text in page()


def test_the_pages_examples_are_accepted():
    """What one copies from the page works."""
    for block in page().split("```toml")[1:]:
        tables = tomllib.loads(block.split("```")[0])["carriers"]
        for table in tables.values():
            for secret in ("password_file", "tls_ca"):
                table.pop(secret, None)
        assert build_carriers(tables)


def test_settings_reach_the_wire(tmp_path):
    """Bind, addresses, codings, parameters, ids and codes are those of the table."""
    secret = tmp_path / "password"
    secret.write_text("pass word\n")

    async def scenario() -> None:
        smsc = Smsc(hexadecimal=True)
        table = SMALLEST | {
            "port": await smsc.start(),
            "password_file": str(secret),
            "system_type": "VMA",
            "service_type": "CMT",
            "latin1": True,
            "long_messages": "sar",
            "answer_ids": "hexadecimal",
            "receipt_ids": "decimal",
            "not_now": 0x58,
            "tlvs": {"0x1400": "hex:0102"},
            "sender_tlvs": {"+12025550142": {"0x1401": "own"}},
            "validity_minutes": 90,
            "number_ton": 0,
        }
        (carrier,) = build_carriers({"acme": table})
        assert isinstance(carrier, SmppCarrier)
        events = RecordingEvents(lambda text: False)
        await carrier.start(events)
        await asyncio.wait_for(carrier.ready(), 5)
        message = Submission(1, 1, "+12025550142", "+13125550100", "ë" * 150)
        await carrier.write([message], 200)
        await events.until(lambda: events.answered)
        assert events.answered[0].reference == str(smsc.next_id)
        sent = smsc.texts()
        assert [m.data_coding for m in sent] == [3, 3]
        assert sent[0].service_type == b"CMT"
        assert sent[0].source_ton == 0
        assert sent[0].tlvs[0x1400] == b"\1\2"
        assert sent[0].tlvs[0x1401] == b"own"
        assert sent[0].tlvs[0x020E] == b"\2"
        assert b"pass word\0VMA\0" in smsc.heard[0].body
        assert await smsc.deliver(text_message("STOP")) == 0x58
        await carrier.stop(500)
        await smsc.stop()

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_kinds():
    """What the settings file may name."""
    assert set(KINDS) == {"smpp", "twilio", "telnyx", "bandwidth", "ringcentral", "generic"}
