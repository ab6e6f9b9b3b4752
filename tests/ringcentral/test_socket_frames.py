"""Frames of the WebSocket, read and written without one."""

import json

import pytest

from stopline.core.sockets import ABSOLUTE_MS, IDLE_MS, read_recovery_token, recovery_token
from stopline.ringcentral.socket_frames import (
    BadFrame,
    ClientRequest,
    Heartbeat,
    SocketFrames,
    parse_frame,
)

BASE = "b" * 44
HEAD = '{"type":"ClientRequest","messageId":"m","method":"get","path":"/p"'


def request(body: bytes = b"", query: dict[str, object] | None = None) -> ClientRequest:
    return ClientRequest("m", "GET", "/p", {}, query or {}, body)


@pytest.mark.parametrize(
    "text, expected",
    [
        (f"[{HEAD}}}]", request()),
        (f'[{HEAD}}},""]', request()),
        (f"[{HEAD}}},null]", request()),
        (f'[{HEAD}}},{{"a":1}}]', request(b'{"a":1}')),
        (f'[ {HEAD}}} , {{ "a" : 1 }} ]', request(b'{ "a" : 1 }')),
        (f'[{HEAD},"query":{{"from":["+1","+2"]}},"x":1}}]', request(query={"from": ["+1", "+2"]})),
        (f'[{HEAD},"headers":null,"query":null}}]', request()),
        ('[{"type":"Heartbeat","messageId":"h"}]', Heartbeat("h")),
        ('[{"type":"Heartbeat"}]', Heartbeat("")),
    ],
)
def test_every_client_is_understood(text: str, expected: object) -> None:
    """One element, an empty second one, blanks, unknown members."""
    assert parse_frame(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '"x"',
        "[1]",
        "[{}]",
        '[{"type":"ClientRequest","path":"p"}]',
        '[{"type":"ClientRequest","path":"https://evil.example/"}]',
        '[{"type":"Nonsense","path":"/p"}]',
        '[{"type":"ClientRequest","path":1}]',
        "[" * 10_000,
        '[{"type":"ClientRequest","path":"/' + "x" * (1 << 20) + '"}]',
    ],
)
def test_what_is_no_frame_is_refused(text: str) -> None:
    """Whatever it is; never another error."""
    with pytest.raises(BadFrame):
        parse_frame(text)


def test_frames_hold_no_blanks_and_are_numbered() -> None:
    """One client searches the text; another keeps the newest number."""
    frames = SocketFrames(BASE, 7, 0)
    written = [
        frames.greeting(0, None),
        frames.reply("m", 204, {}, b""),
        frames.notification("5", b'{"a":1}'),
    ]
    parsed = [json.loads(text) for text in written]
    assert [text for text in written if ", " in text or '": ' in text] == []
    assert [frame[0]["wsc"]["sequence"] for frame in parsed] == [8, 9, 10]
    assert [len(frame) for frame in parsed] == [2, 1, 2]
    assert written[2].startswith('[{"type":"ServerNotification","messageId":"5"')


def test_a_connection_ends_when_nothing_is_heard_or_a_day_is_over() -> None:
    """Idle counts from the last frame of the client, the day from the first one."""
    frames = SocketFrames(BASE, 0, 0)
    assert frames.overdue(IDLE_MS - 1) is None
    assert frames.overdue(IDLE_MS) == ("WSG-902", "Idle timeout expired")
    frames.heard(IDLE_MS)
    assert frames.overdue(2 * IDLE_MS - 1) is None
    frames.heard(ABSOLUTE_MS)
    assert frames.overdue(ABSOLUTE_MS) == ("WSG-903", "Absolute timeout expired")


@pytest.mark.parametrize("text", ["", BASE, BASE + ".", BASE + ".x", "x.1", BASE + "." + "9" * 16])
def test_other_texts_are_no_recovery_token(text: str) -> None:
    """None, whatever it is."""
    assert read_recovery_token(text) is None


def test_a_recovery_token_names_socket_and_frame() -> None:
    """Read back as it was written."""
    assert read_recovery_token(recovery_token(BASE, 12)) == (BASE, 12)
