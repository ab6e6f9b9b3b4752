"""Signatures of webhooks, checked by the specification's own library."""

import json
from dataclasses import replace

import pytest
import standardwebhooks
import time_machine

from stopline.core.events import Interest
from stopline.core.signing import ROTATION_MS, derive_secret, secret_text, signature_headers
from stopline.core.subscriptions import HEALTHY, Subscription, TokenName

KEY = b"k" * 32
NOW_MS = 1_772_470_800_000
BODY = json.dumps({"uuid": "5", "text": "ä"}).encode()
SUBSCRIPTION = Subscription(
    id=5,
    account_id=1,
    user_id=2,
    app_id=3,
    address="https://crm.example.net/",
    token_name=TokenName.NONE,
    token="",
    interests=(Interest("x", ()),),
    reminder=None,
    wants_opt_ins=False,
    lifetime_s=60,
    created_ms=0,
    expires_ms=60_000,
    reminder_ms=None,
    secret_version=1,
    secret_changed_ms=0,
    health=HEALTHY,
)


def is_valid(headers: dict[str, str], version: int, subscription_id: int = 5) -> bool:
    secret = secret_text(derive_secret(KEY, subscription_id, version))
    try:
        with time_machine.travel(NOW_MS / 1_000, tick=False):
            standardwebhooks.Webhook(secret).verify(BODY, headers)
    except standardwebhooks.WebhookVerificationError:
        return False
    return True


def test_receivers_libraries_accept_the_signature() -> None:
    """The right secret verifies, another subscription's does not, nor another body."""
    headers = signature_headers(KEY, SUBSCRIPTION, "77", NOW_MS, BODY)
    assert headers["webhook-id"] == "77"
    assert is_valid(headers, 1)
    assert not is_valid(headers, 1, subscription_id=6)
    assert not is_valid(signature_headers(KEY, SUBSCRIPTION, "77", NOW_MS, b"{}"), 1)


@pytest.mark.parametrize("age_ms, valid", [(299_000, True), (301_000, False)])
def test_old_signatures_are_refused_by_receivers(age_ms: int, valid: bool) -> None:
    """Each attempt carries its own time, five minutes before and after are tolerated."""
    headers = signature_headers(KEY, SUBSCRIPTION, "77", NOW_MS - age_ms, BODY)
    assert is_valid(headers, 1) is valid


@pytest.mark.parametrize(
    "since_ms, valid_versions", [(0, {1, 2}), (ROTATION_MS - 1, {1, 2}), (ROTATION_MS, {2})]
)
def test_after_a_change_both_secrets_are_good_for_a_day(
    since_ms: int, valid_versions: set[int]
) -> None:
    """Old and new signature stand side by side, so receivers may change over when they like."""
    changed = replace(SUBSCRIPTION, secret_version=2, secret_changed_ms=NOW_MS - since_ms)
    headers = signature_headers(KEY, changed, "77", NOW_MS, BODY)
    assert {version for version in (1, 2, 3) if is_valid(headers, version)} == valid_versions
