"""Random networks with steps that no machine has, in the middle and at both ends."""

from math import prod

from lowtide.golden.network import Graph, Node

__all__ = ["HOST_OPS", "random_host_network"]

#: Steps of which `random_host_network` draws some, each of them the host's on every machine.
HOST_OPS = ("softmax", "layer_norm", "upsample", "add", "average_pool")
MACHINE_OPS = ("conv", "linear", "tanh", "residual", "matmul")
MOVING_OPS = ("transpose", "reshape", "slice")  #: of these the machine has what keeps pixels together
MOST = 1500  #: values of a tensor that grows


def random_host_network(rng, *, layers=6, host=None):
    """A network of random layers, every other one at most one of the machine's, a `Graph`.

    ``host`` is an op of :data:`HOST_OPS` that it has for certain, drawn if left out.
    """
    shape = tuple(int(each) for each in rng.integers(2, 9, rng.integers(2, 4)))
    net = _Network(rng, shape)
    certain = rng.integers(layers)
    for place in range(layers):
        if place == certain:
            net.host(host or str(rng.choice(HOST_OPS)))
        elif rng.integers(2):
            net.host(str(rng.choice(HOST_OPS + MOVING_OPS)))
        else:
            net.machine(str(rng.choice(MACHINE_OPS)))
    return Graph(tuple(net.nodes), shape)


class _Network:
    def __init__(self, rng, shape):
        self.rng, self.nodes, self.shapes, self.last = rng, [], {"input": shape}, "input"

    @property
    def shape(self):
        return self.shapes[self.last]

    def put(self, op, *inputs, shape=None, attributes=None, **fields):
        name = f"n{len(self.nodes)}"
        shape = self.shape if shape is None else shape
        self.nodes.append(Node(name=name, op=op, inputs=inputs or (self.last,), attributes=attributes or {}, **fields))
        self.shapes[name], self.last = tuple(shape), name
        return name

    def weights(self, *shape):
        return dict(weight=self.rng.normal(size=shape), bias=self.rng.normal(size=shape[-1]))

    def machine(self, op):
        """A layer of the machine on the last tensor."""
        *pixels, channels = self.shape
        outputs = int(self.rng.integers(1, 10))
        if op == "conv" and len(pixels) == 2:
            attributes = dict(padding=(1, 1, 1, 1))
            fields = self.weights(3, 3, channels, outputs)
            self.put("conv", shape=(*pixels, outputs), attributes=attributes, **fields)
        elif op in ("conv", "linear"):
            self.put("linear", shape=(*pixels, outputs), **self.weights(channels, outputs))
        elif op == "matmul" and self.shape[-2] * prod(pixels) < MOST:
            before = self.last
            axes = range(len(self.shape))
            other = self.transpose([*axes[:-2], axes[-1], axes[-2]])
            self.put(op, before, other, shape=(*pixels, self.shapes[before][-2]))
            if self.rng.integers(2):
                self.put("relu")
        elif op in ("tanh", "matmul"):
            self.put("tanh")
        else:
            before = self.last
            after = self.put("linear", **self.weights(channels, channels))
            self.put("add", before, after)

    def host(self, op):
        """A layer of the host on the last tensor, another one where it has not the form for that."""
        rng, shape = self.rng, self.shape
        if op == "layer_norm":
            self.put(op, attributes=dict(epsilon=float(rng.choice([1e-5, 0.1]))), **self.weights(shape[-1]))
        elif op == "transpose":
            self.transpose(rng.permutation(len(shape)))
        elif op == "reshape":
            self.put(op, shape=(shape[-1], prod(shape[:-1])), attributes=dict(shape=(shape[-1], prod(shape[:-1]))))
        elif op == "slice":
            ends = [sorted(rng.choice(side + 1, 2, replace=False)) for side in shape]
            steps = [int(rng.integers(1, 3)) for _ in shape]
            attributes = dict(start=[int(a) for a, _ in ends], stop=[int(b) for _, b in ends], step=steps)
            made = [-(-int(b - a) // step) for (a, b), step in zip(ends, steps, strict=True)]
            self.put(op, shape=made, attributes=attributes)
        elif op == "upsample" and len(shape) == 3 and 4 * prod(shape) < MOST:
            self.put(op, shape=(2 * shape[0], 2 * shape[1], shape[2]), attributes=dict(factor=(2, 2)))
        elif op == "average_pool" and len(shape) == 3 and min(shape[:2]) > 1:
            window = dict(size=(2, 2), stride=(1, 1), padding=(1, 0, 0, 1))  # fewer values at an edge
            self.put(op, attributes=window)
        elif op == "add":
            before = self.last
            after = self.put("tanh")
            self.put(op, before, after, before)
        else:
            self.put("softmax")

    def transpose(self, order):
        """Axes but the batch in another order."""
        shape = [self.shape[axis] for axis in order]
        return self.put("transpose", shape=shape, attributes=dict(order=(0, *(int(axis) + 1 for axis in order))))
