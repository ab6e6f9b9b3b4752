"""The ways Stopline is shipped keep their promises: image, unit, wheel."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNIT = ROOT / "packaging/stopline.service"

HARDENING = {
    "DynamicUser": "yes",
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined and comments dropped."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(name.upper(), rest.strip()) for name, _, rest in map(_split, lines) if name]


def _split(line: str) -> tuple[str, str, str]:
    return line.strip().partition(" ")


def final_stage() -> list[tuple[str, str]]:
    steps = instructions()
    last = max(i for i, (name, _) in enumerate(steps) if name == "FROM")
    return steps[last:]


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(UNIT)
    return parser


def test_image_is_pinned() -> None:
    """Each base image has a tag that says a version, never latest."""
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]
    assert all(re.fullmatch(r"[\w./-]+:\d[\w.-]+", base) for base in bases), bases


def test_image_does_not_run_as_root() -> None:
    """The final stage ends as a user given by a number above zero."""
    users = [rest for name, rest in final_stage() if name == "USER"]
    assert users
    assert re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", users[-1])


def test_image_checks_hashes() -> None:
    """Every pip install is either hash-checked or takes our own source alone."""
    commands = [part for name, rest in instructions() if name == "RUN" for part in rest.split("&&")]
    installs = [command for command in commands if "pip install" in command]
    assert installs
    assert all("--require-hashes" in line or "--no-index" in line for line in installs)


def test_image_fetches_nothing_else() -> None:
    """No ADD, no curl, no shell piped from the network."""
    words = re.compile(r"\b(curl|wget|https?://(?!127\.0\.0\.1))")
    assert [step for step in instructions() if step[0] == "ADD" or words.search(step[1])] == []


def test_image_runs_on_a_read_only_root() -> None:
    """Data has its own volume, no bytecode is written, and health is checked."""
    steps = dict(final_stage())
    assert steps["VOLUME"] == '["/data"]'
    assert "STOPLINE_DATA=/data" in steps["ENV"]
    assert "PYTHONDONTWRITEBYTECODE=1" in steps["ENV"]
    assert "/health/live" in steps["HEALTHCHECK"]


def test_image_takes_signals_itself() -> None:
    """Stopline is process 1, started without a shell, so that SIGTERM reaches it."""
    steps = dict(final_stage())
    assert steps["ENTRYPOINT"].startswith("[")
    assert steps["CMD"].startswith("[")


@pytest.mark.parametrize(("option", "value"), HARDENING.items())
def test_unit_is_hardened(option: str, value: str) -> None:
    """The unit takes away what Stopline does not need."""
    assert unit()["Service"][option] == value


def test_unit_is_valid(tmp_path: Path) -> None:
    """systemd accepts the unit; only the program's place differs on this machine."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    here = re.sub(r"/opt/stopline/bin/stopline", "/bin/true", UNIT.read_text())
    copy = tmp_path / UNIT.name
    copy.write_text(here)
    done = subprocess.run([analyze, "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
