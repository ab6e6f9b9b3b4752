import json
import subprocess
import sys
from pathlib import Path

import pytest

from stopline.core.keywords import Context, KeywordClass, KeywordSet, classify

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests/data/keyword-vectors.json").read_text())["vectors"]
CLASSES = {
    None: None,
    "opt-out": KeywordClass.OPT_OUT,
    "opt-in": KeywordClass.OPT_IN,
    "help": KeywordClass.HELP,
}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["why"])
def test_reference_vector_has_its_exact_class(vector):
    """Each of the reference's vectors gets the class stated for the exact layer."""
    stated = vector.get("context", "")
    enabled = frozenset({"YES"}) if "YES enabled" in stated else frozenset()
    context = Context(opted_out="pair opted out" in stated)

    result = classify(vector["text"], KeywordSet(opt_in=enabled), context)

    assert result.keyword_class is CLASSES[vector["exact"]]


def test_reference_is_whole():
    """All 52 vectors are there."""
    assert len(VECTORS) == 52


def test_keyword_data_is_up_to_date():
    """The compiled keyword sets are what the script makes of the data."""
    command = [sys.executable, str(ROOT / "scripts/build_keywords"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0
