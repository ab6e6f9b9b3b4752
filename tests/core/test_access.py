"""Tokens and their derivation, without a store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.core.access import (
    TokenKind,
    TokenLives,
    derive_keys,
    derive_successor,
    hash_secret,
    is_secret,
    make_token,
    owner_bucket,
    token_bucket,
)

KEYS = derive_keys(b"k" * 32)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 63))
def test_a_token_names_its_bucket_and_keeps_its_entropy(entropy: bytes, bucket: int) -> None:
    """Two tokens are equal only when their 256 bits and bucket are."""
    token = make_token(entropy, bucket)
    assert token_bucket(token) == bucket
    assert token != make_token(bytes([entropy[0] ^ 1]) + entropy[1:], bucket)
    assert token != make_token(entropy[:-1] + bytes([entropy[-1] ^ 1]), bucket)


@pytest.mark.parametrize("text", ["", "A" * 43, "A" * 45, "A" * 43 + "!", "A" * 43 + "é"])
def test_other_texts_name_no_bucket(text: str) -> None:
    """So nothing is looked up for them."""
    assert token_bucket(text) is None


def test_successors_are_the_same_each_time_and_tell_nothing() -> None:
    """Same token, kind and key: same successor; any other: another one. The bucket stays."""
    token, other = make_token(b"a" * 32, 5), make_token(b"b" * 32, 5)
    access = derive_successor(KEYS, token, TokenKind.ACCESS)
    assert access == derive_successor(KEYS, token, TokenKind.ACCESS)
    others = {
        derive_successor(KEYS, token, TokenKind.REFRESH),
        derive_successor(KEYS, other, TokenKind.ACCESS),
        derive_successor(derive_keys(b"x" * 32), token, TokenKind.ACCESS),
        access,
    }
    assert len(others) == 4
    assert token_bucket(access) == 5


def test_keys_are_one_for_each_purpose() -> None:
    """From one secret of at least 256 bits."""
    names = type(KEYS).__slots__
    assert len({getattr(KEYS, name) for name in names}) == len(names)
    with pytest.raises(ValueError, match="32 bytes"):
        derive_keys(b"k" * 31)


@pytest.mark.parametrize(
    "asked, access_s, refresh_s",
    [
        (None, 3600, 604_800),
        (-1, 600, 600),
        (0, 600, 600),
        (700, 700, 700),
        (10**9, 3600, 2_592_000),
    ],
)
def test_lives_are_cut(asked: int | None, access_s: int, refresh_s: int) -> None:
    """Never refused."""
    lives = TokenLives()
    assert (lives.access(asked), lives.refresh(asked)) == (access_s, refresh_s)


@pytest.mark.parametrize("asked", [None, -1, 600, 3600])
def test_an_operator_may_choose_short_lives(asked: int | None) -> None:
    """What a client asks for does not make them longer."""
    assert TokenLives(access_s=1).access(asked) == 1


def test_client_secrets_are_compared_by_hash() -> None:
    """The right one and no other."""
    stored = hash_secret("right")
    assert is_secret("right", stored)
    assert not is_secret("wrong", stored)
    assert "right" not in stored


def test_users_spread_over_the_buckets() -> None:
    """Ids in a row land in different buckets."""
    assert len({owner_bucket(810_200_000 + n) for n in range(1000)}) == 64
