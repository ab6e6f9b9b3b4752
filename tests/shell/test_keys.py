"""Key files: made once, private, and never replaced behind a database's back."""

import stat

import pytest

from stopline.keys import KeyProblem, load_or_make_keys

NAMES = ["server", "number", "checkpoint"]


def test_keys_are_made_once_and_private(tmp_path):
    """The second start reads what the first one made; nobody else can."""
    keys = load_or_make_keys(tmp_path, database_exists=False)
    assert load_or_make_keys(tmp_path, database_exists=True) == keys
    assert len({keys.server, keys.number, keys.checkpoint}) == 3
    for name in NAMES:
        path = tmp_path / f"{name}.key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert len(path.read_bytes()) == 32
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("name", NAMES)
def test_a_lost_key_is_not_replaced(tmp_path, name):
    """With a database there, a missing key stops the start."""
    load_or_make_keys(tmp_path, database_exists=False)
    (tmp_path / f"{name}.key").unlink()
    with pytest.raises(KeyProblem, match="put it back from its backup"):
        load_or_make_keys(tmp_path, database_exists=True)


def test_a_readable_or_damaged_key_is_refused(tmp_path):
    """The message says what to do."""
    load_or_make_keys(tmp_path, database_exists=False)
    path = tmp_path / "server.key"
    path.chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        load_or_make_keys(tmp_path, database_exists=True)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(KeyProblem, match="holds 5 bytes"):
        load_or_make_keys(tmp_path, database_exists=True)
