"""Block diagrams: one of every kind, from what the kind says of itself."""

from xml.etree import ElementTree

import pytest

from lowtide.hw.pe import KINDS
from lowtide.synth.report.diagrams import diagrams

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_diagram_shows_the_steps_of_a_kind_and_what_it_takes(kind):
    ((name, (caption, text)),) = diagrams([kind]).items()
    drawing, documents = ElementTree.fromstring(text), KINDS[kind].documents
    shown = " ".join(element.text for element in drawing.iter(f"{SVG}text"))
    assert name == f"pe_{kind}" and caption == f"`{kind}`: {KINDS[kind].summary}."
    for words in (*documents.steps, documents.west, documents.north, documents.cycles, "accumulator"):
        assert " ".join(words.split()) in shown, words


@pytest.mark.parametrize("kind", KINDS)
def test_boxes_lie_beside_each_other_inside_the_drawing(kind):
    drawing = ElementTree.fromstring(diagrams([kind])[f"pe_{kind}"][1])
    boxes = [element for element in drawing.iter(f"{SVG}rect") if element.get("rx") == "3"]
    edges = [(int(box.get("x")), int(box.get("x")) + int(box.get("width"))) for box in boxes]
    assert len(edges) == len(KINDS[kind].documents.steps) + 1
    assert edges == sorted(edges) and edges[-1][1] < int(drawing.get("width"))
    assert all(right < left for (_, right), (left, _) in zip(edges, edges[1:], strict=False))
