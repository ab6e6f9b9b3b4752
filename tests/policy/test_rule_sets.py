"""What earlier rules decided can be repeated: each rule set stays in the package."""

import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from click.testing import CliRunner

from stopline.commands.classify import classify as classify_command
from stopline.consent import ALL_LAYERS, DEFAULT_KEYWORDS, RULE_SET_ID, Context, classify
from stopline.control.reviews import OneReview, show_review
from stopline.core.keywords import Layer
from stopline.store.rule_sets import find_rule_set, kept_rule_sets
from support.reviews import reviews
from support.world import World, person

ROOT = Path(__file__).parents[2]
FIRST = "1-84944e49e9eb"
# Read by today's rules and not by the first ones.
LATER = "loose my number"
BOTH = "please take me off your list"


def read(rules: str, text: str, layers: frozenset[Layer] = ALL_LAYERS) -> tuple[str, str]:
    kept = find_rule_set(rules)
    assert kept is not None
    found = kept.read(text, DEFAULT_KEYWORDS, Context(), layers)
    return found.evidence, found.rule_set


def decided_by(world: World, rules: str) -> None:
    """As if other rules had decided: behind the store's back."""
    connection = apsw.Connection(str(world.path))
    connection.execute("update reviews set rule_set = ?", (rules,))
    connection.close()


def test_todays_rules_are_kept_as_they_are() -> None:
    """Whoever changes the rules freezes them: an archive that lies repeats nothing."""
    script = [sys.executable, str(ROOT / "scripts/freeze_rules"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("rules", kept_rule_sets())
def test_each_reads_by_its_own_rules(rules: str) -> None:
    """Under its own id."""
    assert read(rules, "STOP") == ("exact", rules)
    assert read(rules, BOTH)[0] == "request:en.remove-me"
    assert read(rules, "see you at five")[0] == "none"
    assert read(rules, BOTH, ALL_LAYERS - {Layer.REQUEST})[0] == "none"


def test_the_first_rules_read_less() -> None:
    """They are not today's under another name."""
    assert read(FIRST, LATER)[0] == "none"
    assert classify(LATER).evidence == "request:en.lose-number"


@pytest.mark.parametrize("rules", ["", "0-000000000000", "../keywords", "1-84944e49e9eb/x"])
def test_what_is_not_kept(rules: str) -> None:
    """An id of the store leads nowhere else."""
    assert find_rule_set(rules) is None


@pytest.mark.on_sqlite("it edits the file")
def test_an_old_decision_is_repeated(world: World) -> None:
    """`reviews show` reads by the rules of the decision and by today's."""
    world.text(person(1), LATER)
    (review,) = reviews(world)
    asked = OneReview(id=review.id)
    shown = world.store.read_now(show_review, asked)
    assert (shown["rules"], shown["read_then"]) == ("this program's", shown["read_by"])
    decided_by(world, FIRST)
    shown = world.store.read_now(show_review, asked)
    assert shown["rules"].startswith("kept; ")
    assert (shown["read_then"], shown["reads_now"]) == ("none", shown["read_by"])
    decided_by(world, "7-000000000000")
    shown = world.store.read_now(show_review, asked)
    assert (shown["rules"].partition(";")[0], shown["read_then"]) == ("not kept", "")


def test_the_command_reads_by_kept_rules() -> None:
    """`--rules` names one; another is refused."""
    runner = CliRunner()
    said = runner.invoke(classify_command, ["--rules", FIRST, LATER]).output
    assert "label: none" in said
    assert f"rule set: {FIRST}" in said
    assert "label: opt_out" in runner.invoke(classify_command, [LATER]).output
    assert (
        "label: opt_out" in runner.invoke(classify_command, ["--rules", RULE_SET_ID, LATER]).output
    )
    assert runner.invoke(classify_command, ["--rules", "9-0", LATER]).exit_code == 2
