"""Rules of the streams that say what does not depend on what within a cycle: read from the gates of emitted engines."""

import pytest

from lowtide.formal.mutation.circuit import circuit_of
from lowtide.formal.mutation.graph import Graph
from lowtide.hw import Engine, verilog
from lowtide.hw.pe import KINDS

from named_arrays import small

#: Outputs to the inputs that they may depend on in the same cycle, by docs/interface.md; to registers always.
ALLOWED = {
    "y_valid": set(),
    "y_data": set(),
    "busy": set(),
    "error": set(),
    "reason": set(),
    "cycles": set(),
    "x_ready": {"x_valid", "w_valid", "y_ready"},
    "w_ready": {"x_valid", "w_valid", "y_ready"},
    "job_ready": {"x_valid", "w_valid", "y_ready"},  # where a job ends, the next one may come
    "codebook_ready": {"codebook_data"},  # which book
}


@pytest.mark.parametrize("kind, stages", [*((kind, 0) for kind in KINDS), ("parallel", 1)])
def test_outputs_depend_on_no_other_inputs_in_a_cycle(kind, stages):
    config = small(kind, 1, 2, name=f"test_independence_{kind}", **({"pipeline": stages} if stages else {}))
    circuit = circuit_of(verilog(Engine(config)), top=config.name, watched="running", source="sequencer.running")
    graph = Graph()
    values = {name: graph.variable(name) for name in (*circuit.inputs, *circuit.registers)}
    _, outputs = circuit.copy_into(graph, values)
    found = {}
    for name, literal in outputs.items():
        read = {graph.names[node] for node in graph.support([literal])} & set(circuit.inputs)
        found.setdefault(name.rpartition("[")[0], set()).update(one.rpartition("[")[0] for one in read)
    del found["running"]
    assert found.keys() <= ALLOWED.keys()
    assert {name: read - ALLOWED[name] for name, read in found.items() if read - ALLOWED[name]} == {}
    # The test sees what does depend. With stages the engine stands still by a register.
    assert found["x_ready"] == ALLOWED["x_ready"] - ({"y_ready"} if stages else set())
