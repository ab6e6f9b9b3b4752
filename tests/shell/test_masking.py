"""Logs hold no telephone number, no secret, and no line that another person wrote."""

import io
import json
import logging

import pytest
import structlog

from stopline.log_masking import mask_entry, mask_text
from stopline.logs import configure_command_logs, configure_logs

NUMBERS = [
    "+16505551234",
    "16505551234",
    "from=%2B16505551234",
    "x16505551234y",
    "+1 650-555-1234",
    "(650) 555-1234",
    "650.555.1234",
    "+44 20 7946 0958",
    "5551234",
]


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_are_masked_in_any_spelling(text):
    """At most the last two digits and the head of a number are shown."""
    masked = mask_text(f"text to {text} failed")
    assert "***" in masked
    assert "5551" not in masked
    assert "794" not in masked


KEPT = [
    "message 123456789012345678 is sent",
    "request 550e8400-e29b-41d4-a716-446655440000",
    "batch of 10000 took 250 ms",
]


@pytest.mark.parametrize("text", KEPT)
def test_ids_and_counts_are_kept(text):
    """Our own ids and plain counts stay readable."""
    assert mask_text(text) == text


SECRETS = [
    {"password": "open-sesame"},
    {"client_secret": "open-sesame"},
    {"refresh_token": "open-sesame"},
    {"headers": {"Authorization": "Bearer open-sesame"}},
    {"event": "Authorization: Bearer open-sesame"},
    {"event": "POST /x?access_token=open-sesame&a=1"},
    {"list": [{"jwt": "open-sesame"}]},
]


@pytest.mark.parametrize("entry", SECRETS)
def test_secrets_are_hidden(entry):
    """A value is hidden by its key at any depth, and by its form in a text."""
    assert "open-sesame" not in str(mask_entry(None, "info", dict(entry)))


@pytest.fixture(params=["console", "json"])
def log_stream(request):
    stream = io.StringIO()
    configure_logs(request.param, "info", stream)
    yield stream
    structlog.reset_defaults()
    logging.getLogger().handlers.clear()


def test_one_entry_is_one_line(log_stream):
    """CR, LF and ESC in a value can not forge an entry."""
    structlog.get_logger().info("text", text="a\r\n2026 [info] forged\x1b[31m")
    logging.getLogger("uvicorn.error").warning("path %s", "/a\r\nforged")
    lines = log_stream.getvalue().splitlines()
    assert len(lines) == 2
    assert not any("\x1b" in line for line in lines)


def test_libraries_are_masked_too(log_stream):
    """What a library logs goes through the same chain, tracebacks included."""
    try:
        raise ValueError("no route for +16505551234\nforged")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("failed for %s", "+16505551234")
    assert "5551234" not in log_stream.getvalue()
    assert not any(line.startswith("forged") for line in log_stream.getvalue().splitlines())


def test_json_lines_are_json():
    """Each entry is one object with event, level and timestamp in UTC."""
    stream = io.StringIO()
    configure_logs("json", "info", stream)
    structlog.get_logger().info("started", port=8080)
    entry = json.loads(stream.getvalue())
    assert entry["event"] == "started"
    assert entry["port"] == 8080
    assert entry["timestamp"].endswith("Z")
    structlog.reset_defaults()


def test_a_command_warns_beside_its_answer(capsys):
    """On standard error, with numbers masked: standard output may be read by a program."""
    configure_command_logs()
    structlog.get_logger().warning("slow", recipient="+16505551234")
    structlog.get_logger().info("not worth a line")
    answer = capsys.readouterr()
    assert answer.out == ""
    assert "slow" in answer.err
    assert "5551234" not in answer.err
    assert "not worth" not in answer.err
    structlog.reset_defaults()
