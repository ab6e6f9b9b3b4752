"""The Grafana dashboard asks only for metrics and labels that a server has, and for all of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stopline.figures import Figures

DASHBOARD = Path(__file__).parents[2] / "packaging" / "grafana" / "stopline.json"
NAME = re.compile(r"\b(?:stopline|process)_\w+")
# What Prometheus adds to every series by itself.
ADDED = {"instance", "job", "le"}
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",)}


def metrics() -> dict[str, set[str]]:
    """Every name that may be asked for, with its labels."""
    registry = Figures(b"k" * 32).registry
    labels = {
        name: set(getattr(collector, "_labelnames", ()))
        for collector, names in registry._collector_to_names.items()
        for name in names
    }
    return {
        family.name + ending: labels.get(family.name + ending, labels.get(family.name, set()))
        for family in registry.collect()
        for ending in ENDINGS[family.type]
    }


def targets() -> Iterator[dict[str, Any]]:
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        yield from panel.get("targets", ())


def unknown(expression: str, legend: str = "") -> set[str]:
    """Names and labels of a query that no server has."""
    known = metrics()
    names = set(NAME.findall(expression))
    has = set().union(*(known.get(name, set()) for name in names), ADDED)
    asked = {label for found in re.findall(r"by \(([^)]*)\)", expression) for label in
             re.split(r",\s*", found)}  # fmt: skip
    asked |= set(re.findall(r"(\w+)(?:=~|!=|!~|=)\"", expression))
    asked |= set(re.findall(r"\{\{(\w+)\}\}", legend))
    return (names - known.keys()) | (asked - has)


def test_every_query_is_about_what_there_is() -> None:
    """Names of metrics, and labels in conditions, groups and legends."""
    found = [(t["expr"], unknown(t["expr"], t["legendFormat"])) for t in targets()]
    assert len(found) > 15
    assert [one for one in found if one[1]] == []
    assert all(NAME.search(expression) for expression, _ in found)


def test_every_metric_is_shown() -> None:
    """A metric that nobody looks at is not worth its series."""
    text = " ".join(target["expr"] for target in targets())
    families = {f.name for f in Figures(b"k" * 32).registry.collect()}
    ours = {name for name in families if name.startswith("stopline_")}
    assert {name for name in ours if not re.search(rf"\b{name}(?!_age)", text)} == set()


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate(stopline_nothing_total[5m]))",
        "sum by (person) (rate(stopline_messages_total[5m]))",
        'stopline_queued_messages{account="x"}',
        "stopline_messages",
    ],
)
def test_the_check_can_fail(query: str) -> None:
    """The control: names and labels that do not exist are seen."""
    assert unknown(query)


def test_the_dashboard_can_be_imported() -> None:
    """A data source to choose, panels that do not overlap, ids that differ."""
    board = json.loads(DASHBOARD.read_text())
    assert board["templating"]["list"][0]["type"] == "datasource"
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [
        (x, y)
        for p in (panel["gridPos"] for panel in panels)
        for x in range(p["x"], p["x"] + p["w"])
        for y in range(p["y"], p["y"] + p["h"])
    ]
    assert len(places) == len(set(places))
    assert all(0 <= x < 24 for x, _ in places)
