"""Every order of three words about consent, by everybody who may say one, against a short model."""

import itertools
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from stopline.core.cover import Sending
from stopline.core.numbers import bucket_of
from stopline.flows.cover import judge_recipients
from stopline.flows.rebuild import compare_with_ledger
from support.consent_words import PROMOTIONAL, SAY, Word
from support.world import ACCOUNT, SECOND_SENDER, SENDER, Clock, World, person

TABLE = list(itertools.product(Word, repeat=3))
QUESTIONS = (
    Sending(SENDER, ACCOUNT),
    Sending(SENDER, ACCOUNT, PROMOTIONAL),
    Sending(SECOND_SENDER, ACCOUNT),
)


DENIED = {
    Word.STOP_FIRST: ("first", "person"),
    Word.STOP_SECOND: ("second", "person"),
    Word.OUT_FIRST: ("first", "account"),
    Word.OUT_CAMPAIGN: ("campaign", "account"),
    Word.OUR_CARRIER: ("first", "carrier"),
    Word.OTHER_CARRIER: ("first", "other carrier"),
}


@dataclass
class Model:
    """What stands: who denies at which level, and which numbers a denial of all leaves open."""

    first: set[str] = field(default_factory=set)
    second: set[str] = field(default_factory=set)
    campaign: set[str] = field(default_factory=set)
    everywhere: bool = False
    left_open: set[str] = field(default_factory=set)

    def hear(self, word: Word) -> None:
        if word in DENIED:
            level, who = DENIED[word]
            getattr(self, level).add(who)
            return
        match word:
            case Word.OUT_ALL:
                self.everywhere, self.left_open = True, set()
            case Word.IN_ALL:
                self.everywhere = False
            case Word.IN_CAMPAIGN:
                self.campaign.clear()
            case Word.START_FIRST:
                self.first &= {"other carrier"}
                self.campaign.clear()
                self.left_open.add("first")
            case Word.START_SECOND:
                self.second.clear()
                self.left_open.add("second")
            case Word.IN_FIRST:
                if not self.first & {"carrier", "other carrier"}:
                    self.first.clear()
                    self.left_open.add("first")

    def answers(self) -> tuple[bool, bool, bool]:
        """Whether the three questions are answered with yes."""
        first = not self.first and not (self.everywhere and "first" not in self.left_open)
        second = not self.second and not (self.everywhere and "second" not in self.left_open)
        return first, first and not self.campaign, second


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One person for each row of the table, and everything said."""
    folder: Path = tmp_path_factory.mktemp("table")
    if request.param == "sqlite":
        with closing(World(folder, Clock())) as made:
            fill(made)
            yield made
        return
    cluster = request.getfixturevalue("cluster")
    with cluster.database() as url, closing(World(folder, Clock(), database=url)) as made:
        fill(made)
        yield made


def fill(made: World) -> None:
    """Say everything, word by word for all whose turn it is."""
    for step in range(3):
        for word in Word:
            people = [person(row) for row, words in enumerate(TABLE) if words[step] is word]
            made.clock.pass_ms(10_000)
            SAY[word](made, people)


def test_the_table_is_large_enough() -> None:
    """Levels, sources and orders: 1,728 rows."""
    assert len(TABLE) == 12**3


def test_the_rule_says_what_the_model_says(world: World) -> None:
    """For the pair, for a promotion of it and for the other number of the account."""
    people = [person(row) for row in range(len(TABLE))]
    verdicts = [
        world.store.read_now(judge_recipients, bucket_of(question.sender), question, people)
        for question in QUESTIONS
    ]
    wrong = []
    for row, words in enumerate(TABLE):
        model = Model()
        for word in words:
            model.hear(word)
        found = tuple(verdict[person(row)].allowed for verdict in verdicts)
        if found != model.answers():
            wrong.append(([word.value for word in words], found, model.answers()))
    assert wrong == []


@pytest.mark.parametrize("sender", [SENDER, SECOND_SENDER])
def test_the_ledger_tells_the_same_state(world: World, sender: str) -> None:
    """Replayed by the same rules."""
    assert world.store.read_now(compare_with_ledger, bucket_of(sender)) == []
