"""Frames over a stream: cut anywhere, put together again, and nothing else gets through."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.carriers.simulator.frames import (
    MAX_FRAME_BYTES,
    MAX_GROUP,
    TO_SIMULATOR,
    FrameBuffer,
    FrameError,
    Hello,
    InboundAcks,
    SubmitPart,
    Submits,
    encode_frame,
    groups_of,
)

FRAMES = [
    Hello("carrier"),
    Submits([SubmitPart(1 << 62, 1, "+12055550100", "+12065550142", "naïve ☎ \x00")]),
    InboundAcks([]),
]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=50))
def test_a_stream_may_be_cut_anywhere(sizes: list[int]) -> None:
    """The same frames in the same order, however the bytes arrive."""
    stream = b"".join(map(encode_frame, FRAMES)) * 3
    buffer, found, at = FrameBuffer(TO_SIMULATOR), [], 0
    while at < len(stream):
        size = sizes[at % len(sizes)]
        found += buffer.feed(stream[at : at + size])
        at += size
    assert found == FRAMES * 3


@given(st.binary(max_size=200))
def test_noise_is_refused_or_waits_for_more(noise: bytes) -> None:
    """Whatever comes, the only error is ours."""
    with contextlib.suppress(FrameError):
        frames = FrameBuffer(TO_SIMULATOR).feed(noise)
        assert sum(map(len, map(encode_frame, frames))) <= len(noise)


def test_a_frame_has_a_bound() -> None:
    """It is refused by its announced length, before it is kept."""
    too_long = (MAX_FRAME_BYTES + 1).to_bytes(4, "big")
    with pytest.raises(FrameError, match="more than"):
        FrameBuffer(TO_SIMULATOR).feed(too_long)


def test_the_largest_group_fits() -> None:
    """A full group of the longest texts in the widest letters stays within a frame."""
    group = [SubmitPart(n, 1, "+12055550100", "+12065550142", "😀" * 2_000) for n in range(1_001)]
    cut = [encode_frame(Submits(part)) for part in groups_of(group)]
    assert len(cut) == -(-1_001 // MAX_GROUP)
    assert max(map(len, cut)) <= MAX_FRAME_BYTES
