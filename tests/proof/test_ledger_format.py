"""docs/ledger.md is the format: what it shows is what the code computes."""

import json
import re
from dataclasses import fields
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stopline import verify_ledger
from stopline.core.checkpoints import checkpoint_bytes, parse_checkpoint
from stopline.core.ledger import (
    FIELD_NAMES,
    LedgerEntry,
    LedgerKind,
    encode_fields,
    entry_hash,
    number_mac,
    text_mac,
)
from stopline.core.numbers import bucket_of

PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text()
ENTRY_BLOCK, CHECKPOINT_BLOCK = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
ENTRY = json.loads(ENTRY_BLOCK)
(ENCODED,) = re.findall(r"```hex\n(.*?)```", PAGE, re.DOTALL)
SEED = bytes(range(32))
SALT = "00112233445566778899aabbccddeeff"


def test_the_page_lists_the_fields_in_order() -> None:
    """The table is FIELD_NAMES, and nothing else is hashed."""
    assert tuple(re.findall(r"^\| \d+ \| `(\w+)`", PAGE, re.MULTILINE)) == FIELD_NAMES
    named = {field.name for field in fields(LedgerEntry)}
    assert named - set(FIELD_NAMES) == {"previous_hash", "hash"}
    assert all(f"`{kind.value}`" in PAGE for kind in LedgerKind)


def test_the_example_has_the_hash_the_page_says() -> None:
    """Keyed hashes, encoding and hash of the worked example, computed anew."""
    entry = LedgerEntry(**ENTRY)
    assert encode_fields(ENTRY[name] for name in FIELD_NAMES).hex() == ENCODED.replace("\n", "")
    assert entry_hash(entry) == entry.hash
    assert (entry.bucket, entry.position) == (bucket_of("+12025550142"), 1)
    assert entry.sender_mac == number_mac(SEED, "+12025550142")
    assert entry.recipient_mac == number_mac(SEED, "+13125550123")
    assert entry.raw_mac == text_mac(SALT, b"Stop.".hex())
    assert entry.normalised_mac == text_mac(SALT, "stop")


def test_the_example_checkpoint_is_signed_as_the_page_says() -> None:
    """The signature of the example verifies with the public key of the page."""
    signed = parse_checkpoint(CHECKPOINT_BLOCK)
    key = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
    assert key.public_bytes_raw().hex() in PAGE
    key.verify(bytes.fromhex(signed.signature), checkpoint_bytes(signed.checkpoint))
    assert signed.checkpoint.ends[0].hash == ENTRY["hash"]


def test_the_verifier_agrees_without_our_code() -> None:
    """The stand-alone verifier imports nothing of Stopline and computes the same."""
    source = Path(verify_ledger.__file__).read_text()
    assert not re.search(r"^\s*(?:from|import) stopline", source, re.MULTILINE)
    assert verify_ledger.FIELD_NAMES == FIELD_NAMES
    assert verify_ledger.entry_hash(ENTRY) == ENTRY["hash"]
    checkpoint = json.loads(CHECKPOINT_BLOCK)
    assert verify_ledger.signed_bytes(checkpoint) == checkpoint_bytes(
        parse_checkpoint(CHECKPOINT_BLOCK).checkpoint
    )
