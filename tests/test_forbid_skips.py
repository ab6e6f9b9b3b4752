"""The rule of conftest.py holds: where skips are forbidden, each kind of skip fails the run."""

import os
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).with_name("conftest.py")

SAMPLES = {
    "test_in_test.py": "import pytest\ndef test_it(): pytest.skip('no Node')",
    "test_by_mark.py": "import pytest\n@pytest.mark.skip(reason='no PHP')\ndef test_it(): pass",
    "test_whole.py": "import pytest\npytest.skip('no Ruby', allow_module_level=True)",
    "test_expected.py": "import pytest\n@pytest.mark.xfail\ndef test_it(): assert False",
}


def run_samples(folder: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    for name, source in (SAMPLES | {"conftest.py": CONFTEST.read_text()}).items():
        (folder / name).write_text(source)
    env = {k: v for k, v in os.environ.items() if k not in {"CI", "STOPLINE_FORBID_SKIPS"}}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-m", "pytest", "--continue-on-collection-errors"]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", str(folder)],
        cwd=folder,
        env=env | extra,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_skips_fail_in_ci(tmp_path: Path) -> None:
    """CI=true turns every kind of skip into a failure that names its reason; xfail stays."""
    done = run_samples(tmp_path, CI="true")
    assert done.returncode == 1
    assert done.stdout.count("nothing may be skipped: ") >= len(SAMPLES) - 1
    assert all(reason in done.stdout for reason in ("no Node", "no PHP", "no Ruby"))
    assert "1 failed, 1 xfailed, 2 errors" in done.stdout


def test_skips_pass_elsewhere(tmp_path: Path) -> None:
    """On a developer's machine a skip is only reported."""
    done = run_samples(tmp_path)
    assert done.returncode == 0
    assert "3 skipped, 1 xfailed" in done.stdout
