"""Simulation speed of whole machines: a 3x3 convolution by its compiled program, records, memories and bus included.

Processor time of the list alone, not of building or of loading the memory; cycles are those that the machine counts.
"""

import statistics
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.machine import Interpreter
from lowtide.golden.network import Graph, Node, QuantisedGraph, quantise_graph
from lowtide.golden.network import Plan as NetworkPlan
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.emit.stand_in import told
from lowtide.sim.machine import MachineModel

from .plan import Number, Plan

__all__ = ["convolution", "numbers"]

LEAST = {"small": 100_000}  #: cycles per second of a machine by its name


def numbers(config: AcceleratorConfig, plan: Plan) -> list[Number]:
    """Clock cycles per second of a machine, and with the stand-in of its PEs where they have one, measured in turns.
    Raises `AssertionError` where one is not golden's machine."""
    network, samples = convolution(plan)
    compiled = compile_network(network, config)
    image, memory = compiled.image, compiled.image.memory(compiled.memory_bytes)
    tensors: dict[str, Any] = {}
    network.run_integers(samples[:1], record=tensors.__setitem__)
    compiled.tensors[compiled.source].put(memory, tensors[compiled.source].codes[0])
    after = memory.copy()
    golden = Interpreter(config, after)
    golden.run_at(image.initialisation)
    golden.run_at(image.execution)
    first, records = (len(image.records(address)) for address in (image.initialisation, image.execution))
    models = [
        MachineModel(config, memory_bytes=len(memory), entries=max(first, records), stand_in=stand_in, progress=False)
        for stand_in in (False, True)[: 2 if config.array.pe.stand_in(config.array) else 1]
    ]
    rates: list[list[float]] = [[] for _ in models]
    for _ in range(plan.repeats):
        for model, measured in zip(models, rates, strict=True):
            model.write(0, memory)
            model.run_at(image.initialisation, first, initialise=True)
            begun = time.process_time()
            run = model.run_at(image.execution, records)
            measured.append(run.cycles / (time.process_time() - begun))
    if not all(np.array_equal(model.memory, after) for model in models):
        raise AssertionError(f"the compiled machine {config.name} is not bit-exact")
    what = f"clock cycles of the whole machine a second of one core, 3x3 convolution of {plan.layer[1]} channels"
    found = [(f"machine_{config.name}", what)]
    if len(models) > 1:
        found.append((f"machine_{config.name}_stand_in", f"{what}; in its PEs {told(config.array)}, proved equal"))
    return [
        Number(f"{name}_cycles_per_second", statistics.median(measured), meaning, least=LEAST.get(config.name))
        for (name, meaning), measured in zip(found, rates, strict=True)
    ]


def convolution(plan: Plan) -> tuple[QuantisedGraph, NDArray[np.float32]]:
    """The layer with random weights, and two pictures float32 [2, rows, rows, channels] for it."""
    rng, (rows, channels) = np.random.default_rng(plan.seed), plan.layer
    weight = rng.normal(scale=(2 / (9 * channels)) ** 0.5, size=(3, 3, channels, channels))
    attributes = {"stride": (1, 1), "padding": (1, 1, 1, 1), "groups": 1}
    node = Node(
        name="layer", op="conv", inputs=("input",), weight=weight, bias=np.zeros(channels), attributes=attributes
    )
    graph = Graph((node, Node(name="end", op="relu", inputs=("layer",))), (rows, rows, channels))
    samples = rng.normal(size=(2, *graph.shape)).astype(np.float32)
    return quantise_graph(graph, samples, NetworkPlan(output="quantised")), samples
