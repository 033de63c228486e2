"""Examples in documents and docstrings are true: they are run."""

import doctest
import importlib
import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
ROOMS = sorted(path.name for path in (ROOT / "lowtide").iterdir() if path.is_symlink())
MODULES = ["lowtide"] + [
    "lowtide." + ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if re.search(r"^ *>>> ", path.read_text(), flags=re.M)
]
FETCHES = {"networks.md"}  #: pages whose snippets need what `lowtide networks` fetches
PAGES = {
    path.name: re.findall(r"^```python\n(.*?)^```", path.read_text(), flags=re.M | re.S)
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if path.name not in FETCHES and "```python\n" in path.read_text()
}


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed


@pytest.mark.parametrize("name", PAGES)
def test_pages(name):
    """The snippets of a page are run one after the other; ``x`` and ``w`` are matrices of 8-bit operands. Where a
    snippet has prompts, what is printed is compared."""
    rng = np.random.default_rng(1)
    names = {"x": rng.integers(0, 256, (8, 64)), "w": rng.integers(-128, 128, (64, 8))}
    for number, snippet in enumerate(PAGES[name]):
        if snippet.startswith(">>> "):
            example = doctest.DocTestParser().get_doctest(snippet, names, f"{name} {number}", name, None)
            runner = doctest.DocTestRunner()
            assert not runner.run(example, clear_globs=False).failed
            names = example.globs
        else:
            exec(compile(snippet, name, "exec"), names)
