"""The table of recipients, and the page that shows it."""

import re
from pathlib import Path

from stopline.carriers.simulator.behaviours import BY_LAST_DIGITS, DEFAULT, behaviour_of
from stopline.carriers.simulator.receipts import RECEIPTS_PER_MESSAGE

PAGE = Path(__file__).parent.parent.parent / "docs" / "simulator.md"
ROW = re.compile(r"^\| (\d{4}|others) \| (.+?) \|$", re.MULTILINE)


def test_the_page_shows_the_table() -> None:
    """docs/simulator.md has a row for each behaviour, word for word, and no other."""
    rows = dict(ROW.findall(PAGE.read_text()))
    table = {digits: behaviour.summary for digits, behaviour in BY_LAST_DIGITS.items()}
    assert rows == {"others": DEFAULT.summary, **table}


def test_fictional_numbers_behave_as_any_other() -> None:
    """555-0100 to 555-0199 are what examples use: no surprise there."""
    assert {behaviour_of(f"+1206555{line:04}").summary for line in range(100, 200)} == {
        DEFAULT.summary
    }
    assert all("0001" <= digits <= "0099" for digits in BY_LAST_DIGITS)


def test_a_plan_fits_its_receipt_numbers() -> None:
    """The number of a receipt is made of its message's and its place in the plan."""
    plans = [len(behaviour.receipts) for behaviour in BY_LAST_DIGITS.values()]
    assert max(plans) <= RECEIPTS_PER_MESSAGE
