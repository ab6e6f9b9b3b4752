"""Documentation is part of the change: what users meet is described, and nothing leads nowhere."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from stopline.cli import cli
from stopline.config_docs import SettingDoc, describe_settings
from stopline.http_app import described_routes

ROUTES = described_routes()
ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^(?:```|~~~).*?^(?:```|~~~)|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def command_names(group: click.Group, path: str = "stopline") -> Iterator[str]:
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{path} {name}"
        if isinstance(command, click.Group):
            yield from command_names(command, f"{path} {name}")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as forges and site builders make them."""
    headings = HEADING.findall(FENCE.sub("", page.read_text()))
    plain = (re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", text).lower() for text in headings)
    return {re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-") for text in plain}


def broken_links(page: Path) -> list[str]:
    text = FENCE.sub("", page.read_text())
    targets = [first or second for first, second in LINK.findall(text)]
    return [target for target in targets if not leads_somewhere(page, target)]


def leads_somewhere(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    name, _, anchor = target.partition("#")
    there = (page.parent / name).resolve() if name else page
    if not there.exists():
        return False
    return not anchor or there.suffix != ".md" or anchor in anchors(there)


@pytest.mark.parametrize("setting", describe_settings(), ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: SettingDoc) -> None:
    """docs/configuration.md names the variable of each setting."""
    page = (DOCS / "configuration.md").read_text()
    assert re.search(rf"\b{setting.variable}\b", page)


def test_documented_settings_exist() -> None:
    """No page names a variable that Stopline does not read."""
    known = {setting.variable for setting in describe_settings()}
    known |= {"STOPLINE_CONFIG", "STOPLINE_SCALE", "STOPLINE_FORBID_SKIPS"}
    named = {
        name
        for page in PAGES
        for name in re.findall(r"\bSTOPLINE_[A-Z_]*[A-Z]\b", page.read_text())
    }
    assert named - known == set()


def test_references_are_what_the_code_says() -> None:
    """The generated parts of docs/ are current; `make docs` renews them."""
    command = [sys.executable, ROOT / "scripts/reference", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_is_documented() -> None:
    """docs/commands.md has a section for each command, and each says what it does."""
    page = (DOCS / "commands.md").read_text()
    assert [name for name in command_names(cli) if name not in page] == []


def test_every_endpoint_is_documented() -> None:
    """docs/endpoints.md names each call of the wire, and each has words that say what it does."""
    page = (DOCS / "endpoints.md").read_text()
    missing = [r.path for r in ROUTES if f"`{r.method} {r.path}` | {r.summary} |" not in page]
    assert missing == []
    assert [r.path for r in ROUTES if not r.summary or not r.tag] == []


def test_every_own_endpoint_is_documented() -> None:
    """docs/endpoints.md names each path that a file of api/ mounts."""
    page = (DOCS / "endpoints.md").read_text()
    sources = (path.read_text() for path in (ROOT / "src/stopline/api").rglob("*.py"))
    paths = {path for text in sources for path in re.findall(r"Route\(\s*f?\"(/[^\"]*)\"", text)}
    assert {path for path in paths if path not in page} == set()
    assert "/health/live" in paths


def test_documented_commands_exist() -> None:
    """What a page tells to type can be typed."""
    known = {name.split()[1] for name in command_names(cli)}
    wrong = [
        f"{page.name}: stopline {name}"
        for page in PAGES
        for code in CODE.findall(page.read_text())
        for name in re.findall(r"(?:^|[`/]|\$ )stopline ([a-z][a-z-]+)", code, re.MULTILINE)
        if name not in known
    ]
    assert wrong == []


def test_documented_make_targets_exist() -> None:
    """A page names only targets that the Makefile has."""
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    known |= {
        name
        for line in re.findall(r"^\.PHONY: (.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
        for name in line.split()
    }
    wrong = [
        f"{page.name}: make {name}"
        for page in PAGES
        for code in CODE.findall(page.read_text())
        for name in re.findall(r"(?:^|[`]|\$ )make ([a-z-]+)", code, re.MULTILINE)
        if name not in known
    ]
    assert wrong == []


def test_every_page_is_in_the_navigation() -> None:
    """A page that nothing leads to is not read."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]
    listed = {name for entry in site["nav"] for name in entry.values()}
    assert listed == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Each link within the repository has a file and an anchor at its end."""
    assert broken_links(page) == []
