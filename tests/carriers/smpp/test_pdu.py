import random
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smpplib import smpp as smpplib_smpp
from smpplib.command import get_optional_name

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.pdu import (
    MAX_PDU_BYTES,
    BadPdu,
    BindRequest,
    Message,
    Pdu,
    PduStream,
    decode_answer,
    decode_data_message,
    decode_message,
    encode_bind,
    encode_message,
    encode_pdu,
)
from stopline.carriers.smpp.receipts import IdForm, read_receipt
from stopline.carriers.smpp.segments import read_content
from support.scale import figure
from support.smpp_mutations import mutate, seeds


class Numbered:
    """What smpplib asks of a client when it reads a PDU."""

    sequence = 0

    def next_sequence(self) -> int:
        self.sequence += 1
        return self.sequence


words = st.binary(max_size=20).map(lambda data: data.replace(b"\0", b"0"))
octets = st.integers(0, 255)
tlvs = st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=40), max_size=4).filter(
    lambda found: commands.MESSAGE_PAYLOAD not in found
)
messages = st.builds(
    Message, words, octets, octets, words, octets, octets, words, octets, octets, octets,
    st.binary(max_size=254), tlvs,
)  # fmt: skip
pdus = st.builds(
    Pdu, st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1),
    st.binary(max_size=60),
)  # fmt: skip


@given(messages)
def test_messages_survive_the_wire(message):
    """What is encoded is what is decoded, field by field."""
    assert decode_message(encode_message(message)) == message


@given(st.lists(pdus, max_size=5), st.lists(st.integers(1, 30), min_size=1))
def test_a_stream_is_cut_the_same_however_it_arrives(sent, sizes):
    """PDUs do not depend on how the network cuts the bytes."""
    data = b"".join(encode_pdu(*pdu) for pdu in sent)
    stream, found, place, turn = PduStream(), [], 0, 0
    while place < len(data):
        size = sizes[turn % len(sizes)]
        found += stream.feed(data[place : place + size])
        place, turn = place + size, turn + 1
    assert found == sent
    assert not stream.broken
    assert stream.waiting_bytes == 0


@pytest.mark.parametrize("length", [0, 1, 15, MAX_PDU_BYTES + 1, 2**31, 2**32 - 1])
def test_an_impossible_length_ends_the_stream(length):
    """Fewer than 16 or more than 70,000 bytes: the framing is lost; PDUs before it count."""
    stream = PduStream()
    whole = encode_pdu(commands.ENQUIRE_LINK, 0, 7)
    found = stream.feed(whole + length.to_bytes(4, "big") + b"\0" * 12)
    assert [pdu.sequence for pdu in found] == [7]
    assert stream.broken
    assert stream.feed(whole) == []
    assert stream.waiting_bytes == 0


def test_the_largest_pdu_arrives_byte_by_byte():
    """70,000 bytes are one PDU, and nothing is copied again for each byte that comes."""
    stream = PduStream()
    data = encode_pdu(commands.DELIVER_SM, 0, 1, b"x" * (MAX_PDU_BYTES - 16))
    found = [pdu for at in range(len(data)) for pdu in stream.feed(data[at : at + 1])]
    assert [len(pdu.body) for pdu in found] == [MAX_PDU_BYTES - 16]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"\0\1\1",
        b"\0\1\1a\0\1\1b\0",
        b"\0\1\1a\0\1\1b\0\0\0\0\0\0\0\0\0\0\5abc",
        b"x" * 50,
    ],
)
def test_bodies_that_end_too_early_are_refused(body):
    """A mandatory part that does not fit is an error, never an index error."""
    with pytest.raises(BadPdu):
        decode_message(body)
    if body[:4] != b"\0\1\1a":
        with pytest.raises(BadPdu):
            decode_data_message(body)


def test_a_parameter_that_overruns_keeps_those_before_it():
    """A broken optional parameter does not hide the text in front of it."""
    message = Message(b"", 1, 1, b"1", 1, 1, b"2", 0, 0, 0, b"STOP", {0x0204: b"\0\1"})
    found = decode_message(encode_message(message) + b"\x04\x24\xff\xff" + b"short")
    assert found.content == b"STOP"
    assert found.tlvs == {0x0204: b"\0\1"}


def test_a_text_in_message_payload_is_the_text():
    """An empty short_message gives way to message_payload, in deliver_sm and data_sm."""
    message = Message(b"", 1, 1, b"1", 1, 1, b"2", 0, 0, 0, b"", {0x0424: b"STOP" * 500})
    assert decode_message(encode_message(message)).content == b"STOP" * 500
    body = b"\0\1\1" + b"1\0\1\1" + b"2\0" + b"\0\0\0" + b"\x04\x24\0\4STOP"
    assert decode_data_message(body).content == b"STOP"


@pytest.mark.parametrize("body, text", [(b"abc\0", "abc"), (b"abc", "abc"), (b"", ""), (b"\0", "")])
def test_message_ids(body, text):
    """A message id ends at its zero, or with the PDU."""
    assert decode_answer(body) == text


@given(messages)
def test_smpplib_reads_what_we_write(message):
    """Another implementation takes our submit_sm for what it is."""
    known = {tag: value for tag, value in message.tlvs.items() if tag == 0x0204}
    ours = message._replace(tlvs=known, service_type=message.service_type[:5])
    theirs = smpplib_smpp.parse_pdu(
        encode_pdu(commands.SUBMIT_SM, 0, 3, encode_message(ours)),
        client=Numbered(),
        allow_unknown_opt_params=True,
    )
    assert theirs.sequence == 3
    assert theirs.source_addr == ours.source
    assert theirs.destination_addr == ours.destination
    assert theirs.data_coding == ours.data_coding
    assert (theirs.short_message or b"") == ours.content


def test_smpplib_reads_our_bind():
    """System id, password and interface version arrive."""
    request = BindRequest("stopline", "secret", "VMA", "", 1, 1)
    theirs = smpplib_smpp.parse_pdu(
        encode_bind(commands.BIND_TRANSCEIVER, 1, request),
        client=Numbered(),
        allow_unknown_opt_params=True,
    )
    assert (theirs.system_id, theirs.password, theirs.system_type) == (
        b"stopline",
        b"secret",
        b"VMA",
    )
    assert theirs.interface_version == 0x34
    assert get_optional_name(0x0204) == "user_message_reference"


def read_everything(data: bytes) -> int:
    """Cut and read as a session does; returns how many PDUs were whole."""
    stream = PduStream()
    found = stream.feed(data)
    for pdu in found:
        decode_answer(pdu.body)
        for decode in (decode_message, decode_data_message):
            try:
                message = decode(pdu.body)
            except BadPdu:
                continue
            read_receipt(message, IdForm.HEXADECIMAL)
            read_content(message)
    return len(found)


def fuzz(count: int, seed: int) -> int:
    """Read `count` mutated PDUs; every one must end in values or in BadPdu."""
    choose = random.Random(seed)
    originals = seeds()
    return sum(read_everything(mutate(choose, originals)) for _ in range(count))


def test_mutated_pdus_crash_nothing():
    """A taste of the fuzzer that runs longer elsewhere."""
    assert fuzz(5_000, 1) > 1_000


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_a_flood_of_mutated_pdus_leaves_no_memory_behind():
    """R28: no crash, no hang, no growth."""
    count = figure(100_000, 1_000_000)
    fuzz(10_000, 2)  # what is kept for reuse is kept now
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    assert fuzz(count, 3) > count // 10
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 1 << 20
