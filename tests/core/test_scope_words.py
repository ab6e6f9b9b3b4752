"""Parts that a STOP may name."""

import pytest

from stopline.core.keywords import normalise
from stopline.core.scope_words import named_part
from stopline.core.scopes import Category, ScopeKind

ADS, INFO, ALL = Category.PROMOTIONAL, Category.INFORMATIONAL, ScopeKind.ACCOUNT


@pytest.mark.parametrize(
    "text, part",
    [
        ("STOP ADS", ADS),
        ("Stop promos.", ADS),
        ("please stop sending me the promotional texts", ADS),
        ("no more deals please", ADS),
        ("Unsubscribe me from marketing", ADS),
        ("stop reminders", INFO),
        ("Turn off the alerts", INFO),
        ("Cancel all notifications, thanks", INFO),
        ("STOP ALL", ALL),
        ("StopAll", ALL),
        ("stop everything", ALL),
        ("Unsubscribe from all", ALL),
        ("STOP", None),
        ("stop texting me ads", None),
        ("stop all ads", ADS),
        ("I said stop ads you people", None),
        ("stop the rain", None),
        ("ads", None),
        ("don't stop ads", None),
        ("stop ads " * 20, None),
        ("", None),
    ],
)
def test_part(text: str, part: Category | ScopeKind | None) -> None:
    """Only a whole message names one; a sentence is about everything."""
    assert named_part(normalise(text)) is part
