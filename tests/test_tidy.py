"""Ratchets: what keeps the source readable, and what may never be in it.

Allowances only shrink. To add one is to say in review why the rule is wrong there.
"""

import ast
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import grimp

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))

FILE_LINES = 400
FUNCTION_LINES = 60
# Nine functions in ten are shorter than this.
USUAL_FUNCTION_LINES = 40

# File -> its length now. Nothing else may be longer than FILE_LINES.
LONG_FILES: dict[str, int] = {}
# "file::function" -> its length now. Nothing else may be longer than FUNCTION_LINES.
LONG_FUNCTIONS: dict[str, int] = {}
# File -> how many `except Exception` it may have: tops of worker loops and the HTTP boundary.
BROAD_EXCEPTS = {
    "src/stopline/ringcentral/application.py": 1,
    "src/stopline/rounds/__init__.py": 1,
    "src/stopline/store/base.py": 1,
}

# Everything else in src/stopline wires these together.
COMPOSITION = {"commands", "control"}
PACKAGES = {p.parent.name for p in ROOT.glob("src/stopline/*/__init__.py")} - COMPOSITION


class Function(NamedTuple):
    """A function and its number of lines, the docstring not counted."""

    name: str
    lines: int


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tracked_files() -> list[Path]:
    """Every file that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    first = node.body[0]
    return (first.end_lineno or first.lineno) - first.lineno + 1


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
            yield Function(f"{relative(path)}::{node.name}", lines)


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether it catches anything at all. What cleans up and goes on failing is an ExitStack."""
    if handler.type is None:
        return True
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(n, ast.Name) and n.id in {"Exception", "BaseException"} for n in named)


def broad_excepts(path: Path) -> int:
    tree = ast.walk(ast.parse(path.read_text()))
    return sum(isinstance(node, ast.ExceptHandler) and is_broad(node) for node in tree)


def matches(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Places as file:line where the pattern stands; files that are no text are passed over."""
    found = []
    for path in paths:
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for hit in pattern.finditer(text):
            line = text.count("\n", 0, hit.start()) + 1
            found.append(f"{relative(path)}:{line}: {hit.group()}")
    return found


def over(lengths: dict[str, int], limit: int) -> dict[str, int]:
    return {name: lines for name, lines in lengths.items() if lines > limit}


def test_files_stay_short() -> None:
    """A file over 400 lines holds more than one noun."""
    lengths = {relative(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert over(lengths, FILE_LINES) == LONG_FILES


def test_functions_stay_short() -> None:
    """A function over 60 lines does more than one thing."""
    lengths = {f.name: f.lines for path in SOURCES for f in functions(path)}
    assert over(lengths, FUNCTION_LINES) == LONG_FUNCTIONS


def test_most_functions_are_much_shorter() -> None:
    """Nine functions in ten are under 40 lines."""
    lengths = sorted(f.lines for path in SOURCES for f in functions(path))
    assert lengths[len(lengths) * 9 // 10] < USUAL_FUNCTION_LINES


def test_broad_excepts_are_counted() -> None:
    """Only the top of a worker loop and the HTTP boundary may catch everything."""
    counts = {relative(path): broad_excepts(path) for path in SOURCES}
    too_many = {file: n for file, n in counts.items() if n > BROAD_EXCEPTS.get(file, 0)}
    assert too_many == {}


def test_no_registry_is_named() -> None:
    """Where packages come from is the machine's setting, not the repository's."""
    hosts = r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|rubygems\.org"
    assert matches(re.compile(hosts), tracked_files()) == []


def test_no_path_of_one_machine() -> None:
    """Nothing depends on where somebody keeps the source."""
    paths = (
        r"(?<![\w.~$}/-])/(?:root|work|Users|home/\w+|tmp/team|opt/pypi\S*|opt/wheels)(?![\w.-])"
    )
    assert matches(re.compile(paths), tracked_files()) == []


def pins(lock: Path) -> dict[str, str]:
    pin = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
    return {canonical(name): version for name, version in pin.findall(lock.read_text())}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = project["project"]["dependencies"]
    for extra in extras:
        lines += project["project"]["optional-dependencies"][extra]
    return {canonical(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in lines}


LOCKS = [ROOT / f"requirements{kind}.txt" for kind in ("-build", "", "-dev")]


def test_requirements_name_no_source() -> None:
    """A lock file pins what is installed, never from where."""
    sources = re.compile(r"https?://|file:/|git\+|^\s*--(?:index|extra-index|find-links).*", re.M)
    assert matches(sources, LOCKS) == []


def test_every_requirement_has_hashes() -> None:
    """Each entry of the lock files is pinned and hash-checked."""
    for lock in LOCKS:
        text = re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE)
        entries = re.split(r"\n(?=\S)", text.strip())
        bare = [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry]
        assert bare == [], lock.name


def test_the_lock_is_complete() -> None:
    """What pyproject.toml asks for is locked, and all locks agree on versions."""
    build, runtime, dev = map(pins, LOCKS)
    assert declared() - runtime.keys() == set()
    assert declared("dev") - dev.keys() == set()
    assert dev | build | runtime == dev


def test_every_package_has_an_import_contract() -> None:
    """Who may import whom is stated for each package, so a new one states it too."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    stated = Counter(contract["id"] for contract in linter["contracts"])
    assert {name for name in PACKAGES if stated[name] != 1} == set()


def test_no_package_imports_what_wires_it() -> None:
    """Settings, wiring and commands know the packages; no package knows them."""
    graph = grimp.build_graph("stopline")
    packages = tuple(f"stopline.{name}." for name in PACKAGES)
    upward = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if importer.startswith(packages)
        and imported != "stopline"
        and not f"{imported}.".startswith(packages)
    ]
    assert upward == []
