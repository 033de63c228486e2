"""Keeps networks in the cache folder, each under a fingerprint of all that it was made from.

A file is an ``.npz``: named arrays. A graph is one too: ``graph`` holds its layers as JSON, ``NAME.weight`` and
``NAME.bias`` the arrays of the layer NAME.
"""

import ast
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.store import stored
from lowtide.golden.network.floating.graph import Graph, Node

from ..data.fetch import data_folder

__all__ = ["arrays_of", "fingerprint", "for_types_alone", "graph_of", "is_kept", "kept"]


def fingerprint(*parts: object) -> str:
    """16 hexadecimal digits that change with any of ``parts``: modules (their statements, whatever comments, docstrings
    and types of functions say), packages (their SHA-256) and other values (as ``repr`` writes them)."""
    digest = hashlib.sha256()
    for part in parts:
        if inspect.ismodule(part):
            part = _statements(inspect.getsource(part))
        digest.update(str(getattr(part, "sha256", None) or repr(part)).encode() + b"\0")
    return digest.hexdigest()[:16]


def kept(name: str, key: str, make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """A dictionary of arrays, made once.

    Parameters
    ----------
    name, key : str
        What it is called, and a `fingerprint` of all that it is made from.
    make
        Makes it.
    """
    path = stored(_path(name, key), lambda place: np.savez(place, **make()))
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


def is_kept(name: str, key: str) -> bool:
    """Whether `kept` would not have to make it."""
    return _path(name, key).exists()


def arrays_of(graph: Graph) -> dict[str, NDArray[Any]]:
    """The dictionary of arrays that `graph_of` turns into the same graph."""
    layers = [[node.name, node.op, node.inputs, node.attributes] for node in graph.nodes]
    text = json.dumps({"shape": graph.shape, "input": graph.input, "layers": layers})
    arrays = {"graph": np.array(text)}
    for node in graph.nodes:
        for part, values in (("weight", node.weight), ("bias", node.bias)):
            if values is not None:
                narrow = values.astype(np.float32)
                arrays[f"{node.name}.{part}"] = narrow if np.array_equal(narrow, values) else values
    return arrays


def graph_of(arrays: Mapping[str, NDArray[Any]]) -> Graph:
    """The graph in a dictionary of arrays that `arrays_of` made; ValueError for another one."""
    if "graph" not in arrays:
        raise ValueError(f"arrays has {', '.join(arrays) or 'no arrays'}, allowed are those of a graph")
    stated = json.loads(str(arrays["graph"]))
    nodes = []
    for name, op, inputs, attributes in stated["layers"]:
        weight, bias = (arrays.get(f"{name}.{part}") for part in ("weight", "bias"))
        nodes.append(
            Node(
                name=name,
                op=op,
                inputs=tuple(inputs),
                weight=_real(weight),
                bias=_real(bias),
                attributes={key: _tuples(value) for key, value in attributes.items()},
            )
        )
    return Graph(tuple(nodes), tuple(stated["shape"]), stated["input"])


def _path(name: str, key: str) -> Path:
    return data_folder() / "networks" / f"{name}-{key}.npz"


def _real(values: NDArray[Any] | None) -> NDArray[np.float64] | None:
    return None if values is None else values.astype(np.float64)


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _statements(source: str) -> str:
    return ast.dump(_WhatComputes().visit(ast.parse(source)))


class _WhatComputes(ast.NodeTransformer):
    """Takes from a source its docstrings, the types of functions and variables, and the imports of types: those under
    ``if TYPE_CHECKING`` and of modules of Python and NumPy that hold nothing else. The types in a class stay, since
    they make the fields of a dataclass."""

    _of_types = ("__future__", "typing", "numpy.typing", "collections.abc")

    def visit_Module(self, node: ast.Module) -> ast.AST:
        return self._bare(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        fields = {id(line) for line in node.body if isinstance(line, ast.AnnAssign)}
        node.body = [line if id(line) in fields else self.visit(line) for line in _without_docstring(node)]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._bare(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign(targets=[node.target], value=self.visit(node.value)), node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        return None if node.module in self._of_types and not node.level else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if for_types_alone(node) else self.generic_visit(node)

    def _bare(self, node: ast.Module | ast.FunctionDef) -> ast.AST:
        node.body = _without_docstring(node)
        return self.generic_visit(node)


def for_types_alone(node: ast.AST) -> bool:
    """Whether a statement is ``if TYPE_CHECKING``: what it imports computes nothing."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _without_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> list[ast.stmt]:
    return node.body[1:] if ast.get_docstring(node, clean=False) else node.body
