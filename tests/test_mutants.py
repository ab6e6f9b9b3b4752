"""Each planted fault is caught by a test: without this, the tests of the guarantee prove nothing.

A mutant is a patch in tests/mutants whose first lines say what it breaks and which tests must
notice. It is applied to a copy of the source; a patch that no longer applies, or that no test
notices, fails here.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "mutants"
# The longest test that catches one, and its start.
LIMIT_SECONDS = 110
UNNEEDED = ("cacheprovider", "xdist", "anyio", "hypothesispytest")


@dataclass(frozen=True)
class Mutant:
    """A fault and the tests that have to fail with it."""

    patch: Path
    breaks: str
    caught_by: tuple[str, ...]


def read_mutant(patch: Path) -> Mutant:
    """The mutant a patch describes in its `# breaks:` and `# caught by:` lines."""
    fields: dict[str, list[str]] = {"breaks": [], "caught by": []}
    for line in patch.read_text("utf-8").splitlines():
        name, _, value = line.removeprefix("# ").partition(": ")
        if line.startswith("# ") and name in fields:
            fields[name].append(value)
    return Mutant(patch, " ".join(fields["breaks"]), tuple(fields["caught by"]))


MUTANTS = [read_mutant(patch) for patch in sorted(FOLDER.glob("*.patch"))]


def apply_patch(patch: Path, source: Path, *flags: str) -> None:
    """Apply it to a source tree, exactly where it says."""
    command = ["patch", "-p2", "--fuzz=0", *flags, "--directory", str(source), "--input"]
    applied = subprocess.run([*command, str(patch)], capture_output=True, text=True, check=False)
    assert applied.returncode == 0, f"no longer applies: {applied.stdout}{applied.stderr}"


def run_tests(source: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Run tests against another source tree."""
    # A fault is caught by the figures of CI; the whole ones take an hour.
    environment = os.environ | {"PYTHONPATH": str(source), "STOPLINE_SCALE": "1"}
    # Plugins that a test which has to fail does not need; each start would import them.
    unneeded = [word for name in UNNEEDED for word in ("-p", f"no:{name}")]
    options = ["-q", "-x", *unneeded, "-o", f"pythonpath={source} tests"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


@pytest.mark.mutants
@pytest.mark.timeout(4 * LIMIT_SECONDS)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.patch.stem)
def test_each_planted_fault_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    """The patch applies, and each test it names fails with it."""
    assert mutant.breaks, "the patch has to say what it breaks"
    assert mutant.caught_by, "the patch has to name the tests that catch it"
    source = tmp_path / "src"
    # With its byte code, which is passed over for a file that is newer.
    shutil.copytree(ROOT / "src", source)
    apply_patch(mutant.patch, source)
    for test in mutant.caught_by:
        result = run_tests(source, (test,))
        assert result.returncode == 1, f"{test} survives {mutant.patch.stem}:\n{result.stdout}"
        print(f"{mutant.patch.stem}: caught by {test}")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.patch.stem)
def test_each_planted_fault_still_applies(mutant: Mutant) -> None:
    """Who changes the lines around a fault changes the patch."""
    apply_patch(mutant.patch, ROOT / "src", "--dry-run")


def test_the_planted_faults_are_the_ones_that_matter() -> None:
    """Every mechanism of the guarantee has a mutant."""
    assert {mutant.patch.stem for mutant in MUTANTS} >= {
        "acknowledge-before-commit",
        "buffer-ignored",
        "callback-acknowledged-before-commit",
        "callback-not-verified",
        "check-at-claim-only",
        "content-dedupe",
        "deadline-off",
        "gate-entered-but-ignored",
        "gate-not-entered",
        "generation-off",
        "synchronous-normal",
    }
