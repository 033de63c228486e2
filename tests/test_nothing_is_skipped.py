"""A skipped test or file is a failure, by the hooks of conftest.py."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("text", "passed"), [
    ("def test():\n    pass\n", True),
    ("import pytest\ndef test():\n    pytest.skip('no data')\n", False),
    ("import pytest\n@pytest.mark.skipif(True, reason='no data')\ndef test():\n    pass\n", False),
    ("import pytest\n@pytest.fixture\ndef a():\n    pytest.skip('no data')\ndef test(a):\n    pass\n", False),
    ("import pytest\n@pytest.mark.xfail(reason='no data')\ndef test():\n    assert False\n", False),
    ("import pytest\npytest.importorskip('no_such_module', reason='no data')\ndef test():\n    pass\n", False),
], ids=["runs", "skips", "is marked", "a fixture skips", "xfails", "a file skips"])
def test_what_does_not_run_fails(text, passed, tmp_path):
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "test_one.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", tmp_path,
               "-c", "/dev/null", tmp_path / "test_one.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == passed, done.stdout
    assert passed or "no data" in done.stdout
