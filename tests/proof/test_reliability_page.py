"""The page of faults names what tests count, so that a proof can fill it."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent.parent
NAMES = re.findall(r"<!-- (.+?) -->", (ROOT / "docs" / "reliability.md").read_text("utf-8"))


def test_each_row_names_something_that_is_counted() -> None:
    """A name that nobody counts under would stay empty for ever."""
    sources = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    for name in NAMES:
        assert any(name.partition("*")[0] in source for source in sources), name


def load_prove() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("prove", str(ROOT / "scripts" / "prove"))
    spec = importlib.util.spec_from_loader("prove", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_row_is_filled_from_what_was_counted() -> None:
    """Runs are added up; a control counts only where it is named."""
    tried = load_prove().tried
    figures = [
        ({"fault": "S05 kill -9", "runs": 200, "stops": 900, "lost": 0, "late": 0}, "10"),
        ({"fault": "S05 control: off", "runs": 3, "lost": 7}, "10"),
    ]
    assert tried("S05*", figures) == (
        "<!-- S05* --> 200 runs, 900 stops, 0 lost, 0 late (scale 10)"
    )
    assert tried("S05 control*", figures) == "<!-- S05 control* --> 3 runs, 7 lost (scale 10)"
    assert tried("S99", figures) == "<!-- S99 -->"
