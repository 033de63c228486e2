"""README and architecture speak of what there is."""

import json
import re
from pathlib import Path

import pytest

from lowtide.compiler.onnx.operators_command import operator_page
from lowtide.hw import CONFIGURATIONS
from lowtide.hw.emit.documents.kind_tables import PRICES
from lowtide.hw.emit.documents.tables import write_tables
from lowtide.hw.pe import KINDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def test_a_page_lists_exactly_the_named_configurations():
    page = (ROOT / "docs" / "configurations.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \| \d+x\d+ \|", page, flags=re.M)
    assert listed == list(CONFIGURATIONS)


def test_the_tables_are_those_that_the_definitions_give(tmp_path):
    """`make docs` would change nothing."""
    for name in (PRICES, "docs/architecture.md", "docs/accelerator.md", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text())
    for path in write_tables(tmp_path):
        assert path.read_text() == (ROOT / path.relative_to(tmp_path)).read_text(), path.name


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_explained(kind):
    assert f"| `{kind}` |" in (ROOT / "docs" / "architecture.md").read_text() and f"| `{kind}` |" in README
    assert f"## `{kind}`: " in (ROOT / "docs" / "modes.md").read_text()


def test_the_first_number_of_the_readme_is_the_one_that_was_priced():
    price = json.loads((ROOT / PRICES).read_text())["term"]
    assert price["best"]["mode"] == "TR g=8 k=8" and f"- **{price['best']['alone']:.2f}**: " in README
    assert f"with every term kept it is {price['full_width']['alone']:.2f}." in README.replace("\n  ", " ")


def test_the_readme_says_what_a_network_took():
    share, cycles = re.search(
        r"\*\*([\d.]+ %)\*\* of peak: EfficientNet-Lite0.*? at once: ([\d,]+) cycles", README, re.S
    ).groups()
    page = (ROOT / "docs" / "results" / "whole_networks.md").read_text()
    assert re.search(rf"^\| EfficientNet-Lite0 \| `small` \|.*\| {cycles} \| {share} \|", page, re.M)


def test_the_readme_names_the_targets_that_there_are():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.M))
    named = set(re.findall(r"`make ([a-z-]+)[` ]", README))
    assert targets - {"help", "setup", "lint", "clean"} <= named <= targets
    assert targets == set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)[1].split())


def test_the_page_of_operators_is_the_one_that_the_definitions_give():
    """`make docs` would change nothing."""
    assert (ROOT / "docs" / "onnx.md").read_text() == operator_page()


def test_links_lead_somewhere():
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)[)#]", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"
