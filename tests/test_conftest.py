"""A skipped test or file is a failure, and shared generators begin anew in each test, by conftest.py."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(text, folder):
    """The finished pytest of a file with this text beside conftest.py."""
    shutil.copy(ROOT / "conftest.py", folder)
    (folder / "test_one.py").write_text(text)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--rootdir",
        folder,
        "-c",
        "/dev/null",
        folder / "test_one.py",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("def test():\n    pass\n", True),
        ("import pytest\ndef test():\n    pytest.skip('no data')\n", False),
        ("import pytest\n@pytest.mark.skipif(True, reason='no data')\ndef test():\n    pass\n", False),
        ("import pytest\n@pytest.fixture\ndef a():\n    pytest.skip('no data')\ndef test(a):\n    pass\n", False),
        ("import pytest\n@pytest.mark.xfail(reason='no data')\ndef test():\n    assert False\n", False),
        ("import pytest\npytest.importorskip('no_such_module', reason='no data')\ndef test():\n    pass\n", False),
    ],
    ids=["runs", "skips", "is marked", "a fixture skips", "xfails", "a file skips"],
)
def test_what_does_not_run_fails(text, passed, tmp_path):
    done = run(text, tmp_path)
    assert (done.returncode == 0) == passed, done.stdout
    assert passed or "no data" in done.stdout


def test_shared_generators_begin_anew_in_each_test(tmp_path):
    text = "import numpy as np\nRNG, SEEN = np.random.default_rng(5), set()\n"
    text += "".join(f"def test_{n}():\n    SEEN.add(RNG.random())\n    assert len(SEEN) == 1\n" for n in range(3))
    done = run(text, tmp_path)
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout
