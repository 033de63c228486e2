"""Compiled networks on golden's machine, and random ones to compile."""

import numpy as np

from lowtide.compiler.programs.host_step import HostTurns
from lowtide.golden.machine import Interpreter
from lowtide.golden.network import Graph, Node

__all__ = ["check_compiled", "memory_of", "random_network"]


def memory_of(compiled):
    """External memory before the first run, uint8."""
    return compiled.image.memory(compiled.memory_bytes)


def check_compiled(network, compiled, x):
    """Golden's machine gives the integer network's codes, of all tensors that are kept, sample by sample; initialised
    once, memories at random."""
    memory = memory_of(compiled)
    machine = Interpreter(compiled.config, memory)
    rng = np.random.default_rng(len(x))
    for local in machine.memories.local.values():
        local[:] = rng.integers(0, 256, local.shape)
    machine.run_at(compiled.image.initialisation)
    for sample in x:
        tensors = {}
        network.run_integers(sample[None], record=tensors.__setitem__)
        compiled.tensors[compiled.source].put(memory, tensors[compiled.source].codes[0])
        host = HostTurns(compiled.host, memory)
        machine.run_at(compiled.image.execution, resume=host.turn)
        assert not list(host.turns)
        found = compiled.tensors[compiled.result].get(memory)
        assert np.array_equal(found.ravel(), tensors[network.steps[-1].name].codes[0].ravel())
        for name, each in compiled.kept.items():
            assert each.is_in(memory, tensors[name].codes[0]), name


def random_network(rng, *, layers=7):
    """A network of random layers on a random picture: a `Graph`, and its shape; residual additions and
    concatenations go back to any tensor of the same pixels."""
    shape = int(rng.integers(5, 20)), int(rng.integers(5, 20)), int(rng.integers(1, 13))
    nodes, sizes = [], {"input": shape}
    last = "input"

    def put(op, *inputs, size, **fields):
        nodes.append(Node(name=f"n{len(nodes)}", op=op, inputs=inputs, **fields))
        sizes[nodes[-1].name] = size
        return nodes[-1].name

    def weights(*shape):
        return dict(weight=rng.normal(size=shape), bias=rng.normal(size=shape[-1]))

    for _ in range(layers):
        rows, columns, channels = sizes[last]
        what = str(rng.choice(["conv", "conv", "depthwise", "grouped", "pool", "relu", "tanh", "add", "concat"]))
        others = [name for name, size in sizes.items() if size[:2] == (rows, columns) and name != last]
        if what in ("conv", "depthwise", "grouped"):
            size = tuple(int(rng.integers(1, min(5, side) + 1)) for side in (rows, columns))
            stride = (int(rng.integers(1, 4)),) * 2 if rng.integers(2) else tuple(map(int, rng.integers(1, 3, 2)))
            padding = tuple(int(rng.integers(0, size[axis % 2])) for axis in range(4))
            groups = {"conv": 1, "depthwise": channels, "grouped": 2 if channels % 2 == 0 else 1}[what]
            outputs = channels if what == "depthwise" else groups * int(rng.integers(1, 10))
            out = [
                (side + padding[axis] + padding[axis + 2] - size[axis]) // stride[axis] + 1
                for axis, side in enumerate((rows, columns))
            ]
            fields = weights(*size, channels // groups, outputs)
            attributes = dict(stride=stride, padding=padding, groups=groups)
            last = put("conv", last, size=(*out, outputs), attributes=attributes, **fields)
        elif what == "pool" and min(rows, columns) >= 2:
            op = str(rng.choice(["max_pool", "average_pool"]))
            attributes = dict(size=(2, 2), stride=(2, 2) if rng.integers(2) else (1, 1), padding=(0, 0, 0, 0))
            step = attributes["stride"][0]
            out = ((rows - 2) // step + 1, (columns - 2) // step + 1)
            last = put(op, last, size=(*out, channels), attributes=attributes)
        elif what == "add" and others:
            other = str(rng.choice(others))
            fields = weights(1, 1, sizes[other][2], channels)
            same = put("conv", other, size=sizes[last], attributes={}, **fields)
            last = put("add", *((same, last) if rng.integers(2) else (last, same)), size=sizes[last])
        elif what == "concat" and others and channels % 8 == 0:
            other = str(rng.choice(others))
            last = put("concat", last, other, size=(rows, columns, channels + sizes[other][2]))
        elif what in ("relu", "tanh"):
            last = put(what, last, size=sizes[last])
    if rng.integers(2):
        last = put("flatten", last, size=None)
        count = int(np.prod(sizes[nodes[-1].inputs[0]]))
    else:
        last = put("global_average_pool", last, size=None)
        count = sizes[nodes[-1].inputs[0]][2]
    put("linear", last, size=None, **weights(count, int(rng.integers(1, 12))))
    return Graph(tuple(nodes), shape), shape
