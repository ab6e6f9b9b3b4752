"""Rule sets kept in the package, so that what earlier versions decided can be repeated exactly.

Each is an archive of the modules that read texts, under a package name of its own; see
scripts/freeze_rules. They are pure, so that running one changes nothing.
"""

import importlib
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import ModuleType
from typing import Any

from stopline.core.keywords import Classification, Context, KeywordClass, KeywordSet, Layer

# What the store kept as an id must not lead out of the folder.
_ID = re.compile(r"[0-9]{1,6}-[0-9a-f]{12}")
# Each holds some megabytes once it runs, and a person looks at one old decision after the other.
_MAX_RUNNING = 4


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One of them, ready to read texts. `keywords` and `recogniser` are its own modules."""

    id: str
    keywords: Any
    recogniser: Any

    def read(
        self, text: str, keywords: KeywordSet, context: Context, layers: frozenset[Layer]
    ) -> Classification:
        """What the text asks for by these rules."""
        known = {layer.value for layer in self.keywords.Layer}
        found = self.recogniser.recognise(
            text,
            self.keywords.KeywordSet(
                keywords.opt_out, keywords.opt_in, keywords.help, keywords.removed, keywords.footers
            ),
            self.keywords.Context(context.opted_out, context.recent_texts, context.country),
            frozenset(self.keywords.Layer(one.value) for one in layers if one.value in known),
        )
        asked = found.keyword_class
        return Classification(
            keyword_class=KeywordClass(asked.value) if asked is not None else None,
            word=found.word,
            normalised=found.normalised,
            layer=Layer(found.layer.value),
            rule_set=found.rule_set,
            rule=found.rule,
            score=found.score,
        )


def kept_rule_sets() -> list[str]:
    """The ids of all that are kept, in order."""
    names = (entry.name for entry in _folder().iterdir())
    return sorted(name.removesuffix(".zip") for name in names if name.endswith(".zip"))


@lru_cache(_MAX_RUNNING)
def find_rule_set(identifier: str) -> RuleSet | None:
    """One of them by its id; None for one that is not kept."""
    if _ID.fullmatch(identifier) is None or identifier not in kept_rule_sets():
        return None
    package = "rules_" + identifier.replace("-", "_")
    with resources.as_file(_folder() / f"{identifier}.zip") as archive:
        root = ModuleType(package)
        root.__path__ = [f"{archive}/{package}"]
        sys.modules[package] = root
        recogniser = importlib.import_module(f"{package}.core.recognition.recogniser")
        keywords = importlib.import_module(f"{package}.core.keywords")
    return RuleSet(identifier, keywords, recogniser)


def _folder() -> Any:
    return resources.files("stopline") / "data" / "rule_sets"
