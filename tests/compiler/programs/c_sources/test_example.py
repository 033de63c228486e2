"""A program for hosts in C: its example on the Verilated machine gives golden's codes, and tells what is wrong."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lowtide.compiler.compile_command import program_files
from lowtide.compiler.programs.c_sources.write import SOURCES, write_c_sources
from lowtide.compiler.programs.compiled import compile_network
from lowtide.compiler.programs.folder import write_program
from lowtide.compiler.programs.running import Golden
from lowtide.compiler.programs.samples import Levels
from lowtide.golden.network import Graph, Node, Plan, quantise_graph
from lowtide.golden.number_formats import FixedPoint
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine import library

from c_compiler import FREESTANDING, STRICT, accepts, compile_c

PLATFORM = Path(__file__).parents[3] / "support" / "simulated_platform.c"
HARNESS = Path(library.__file__).parent
GUIDES = Path(__file__).parents[4] / "docs" / "guides"
OWN = ("example.c", "lowtide_driver.c", "lowtide_tensor.c")


def perceptron(rng):
    """Two layers on 8x8 pixels, of random weights."""
    nodes = []
    for name, source, (inputs, outputs) in (("hidden", "input", (64, 24)), ("scores", "relu", (24, 10))):
        weight, bias = rng.normal(size=(inputs, outputs)), rng.normal(size=outputs)
        nodes.append(Node(name=name, op="linear", inputs=(source,), weight=weight, bias=bias))
        if name == "hidden":
            nodes.append(Node(name="relu", op="relu", inputs=(name,)))
    return Graph(tuple(nodes), (64,)), (64,)


def strided(rng):
    """A convolution of stride 2, whose input lies with its rows and columns apart."""
    weight, bias = rng.normal(size=(3, 3, 3, 6)), rng.normal(size=6)
    attributes = dict(padding=(1, 1, 1, 1), stride=(2, 2))
    node = Node(name="c", op="conv", inputs=("input",), weight=weight, bias=bias, attributes=attributes)
    return Graph((node,), (9, 7, 3)), (9, 7, 3)


def compiled_for_c(folder, graph, x, activations):
    """The files of a network in a folder; what was written of it."""
    network = quantise_graph(graph, x, Plan(output="quantised", activations=activations))
    program = program_files(network, compile_network(network, flexible_machine("parallel"), host=True), "net", Levels())
    write_program(program, folder)
    write_c_sources(program, folder)
    return program


def built(folder, config, *own):
    """The example, with sources of its own if need be, as a program on the compiled machine."""
    sources = (*OWN, *own)
    machine = library.machine_library(config, quick=True)._name
    subprocess.run(["ld", "-r", "-b", "binary", "image.bin", "-o", "image.o"], cwd=folder, check=True)
    for source in sources:
        compile_c(folder, *FREESTANDING, "-O1", "-c", source)
    objects = [source.replace(".c", ".o") for source in sources]
    given = [PLATFORM, *objects, "image.o", machine]
    compile_c(folder, *STRICT, "-I.", f"-I{HARNESS}", *given, "-Wl,-z,noexecstack", "-o", "host")
    return folder / "host"


def ran(host, codes):
    """The example, run to its end: a driver that waits for ever is a failure."""
    return subprocess.run([host], input=codes, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize("network", [perceptron, strided])
@pytest.mark.parametrize("activations", [FixedPoint(8), FixedPoint(5, signed=True)], ids=["8 bits", "5 bits"])
def test_the_example_gives_goldens_codes(network, activations, tmp_path):
    rng = np.random.default_rng(11)
    graph, shape = network(rng)
    program = compiled_for_c(tmp_path, graph, rng.normal(size=(8, *shape)), activations)
    inputs = [program.source.encode(rng.normal(size=program.source.tensor.shape)) for _ in range(3)]
    codes = np.stack(inputs).astype(np.int32).tobytes()
    done = ran(built(tmp_path, program.config), codes)
    assert (done.returncode, done.stderr) == (0, b"")
    found = np.frombuffer(done.stdout, np.int32).reshape(3, -1)
    golden = Golden(program)
    expected = [golden.run(each)[0].ravel() for each in inputs]
    assert np.array_equal(found[:, :-1], expected) and len(np.unique(expected)) > 8
    assert (found[:, -1] > 50).all()  # cycles


def test_the_host_computes_its_steps_in_c(tmp_path):
    """The guide's turn of the host, between two convolutions; without one of its own the example does not compile."""
    rng = np.random.default_rng(17)

    def conv(name, source, channels):
        weight, bias = rng.normal(size=(3, 3, *channels)), rng.normal(size=channels[1])
        return Node(name=name, op="conv", inputs=(source,), weight=weight, bias=bias)

    swapped = Node(name="swapped", op="transpose", inputs=("c",), attributes={"order": (0, 1, 3, 2)})
    graph = Graph((conv("c", "input", (2, 5)), swapped, conv("d", "swapped", (7, 3))), (7, 9, 2))
    program = compiled_for_c(tmp_path, graph, rng.normal(size=(8, 7, 9, 2)), FixedPoint(8))
    *_, shown = re.findall(r"```c\n(.*?)```", (GUIDES / "compile_a_network.md").read_text(), flags=re.S)
    includes = "".join(f'#include "{name}.h"\n' for name in ("lowtide_tensor", "platform", "program"))
    (tmp_path / "turn.c").write_text(includes + shown)
    assert not accepts(tmp_path, *FREESTANDING, "-fsyntax-only", "platform.c")
    inputs = [program.source.encode(rng.normal(size=program.source.tensor.shape)) for _ in range(2)]
    codes = np.stack(inputs).astype(np.int32).tobytes()
    host = built(tmp_path, program.config, "turn.c")
    done = ran(host, codes)
    assert (done.returncode, done.stderr) == (0, b"")
    found, golden = np.frombuffer(done.stdout, np.int32).reshape(2, -1), Golden(program)
    assert np.array_equal(found[:, :-1], [golden.run(each)[0].ravel() for each in inputs])


def test_another_machine_and_a_broken_list_are_told(tmp_path):
    rng = np.random.default_rng(12)
    graph, shape = perceptron(rng)
    program = compiled_for_c(tmp_path, graph, rng.normal(size=(8, *shape)), FixedPoint(8))
    image = bytearray((tmp_path / "image.bin").read_bytes())
    image[program.image.execution - program.image.base] = 15  # the first record has no kind
    (tmp_path / "image.bin").write_bytes(image)
    host, codes = built(tmp_path, program.config), bytes(4 * 64)
    done = ran(host, codes)
    assert (done.returncode, done.stderr) == (1, b"execute 2\na record of no kind 0\n")
    (tmp_path / "image.bin").write_bytes(program.image.data)
    header = (tmp_path / "program.h").read_text()
    foreign = header.replace(f"IDENTITY {program.config.identity:#x}u", f"IDENTITY {program.config.identity ^ 2:#x}u")
    assert foreign != header
    (tmp_path / "program.h").write_text(foreign)
    done = ran(built(tmp_path, program.config), codes)
    assert (done.returncode, done.stderr) == (1, b"initialise 2\nthe list is for another machine 0\n")
    other = replace(program, config=replace(program.config, parameters=program.config.parameters // 2))
    write_c_sources(other, tmp_path)
    done = ran(built(tmp_path, program.config), codes)
    assert (done.returncode, done.stderr) == (1, b"identify 7\n")


def test_the_sources_are_freestanding_for_64_and_32_bits(tmp_path):
    graph, shape = perceptron(np.random.default_rng(13))
    compiled_for_c(tmp_path, graph, np.ones((2, *shape)), FixedPoint(8))
    sources = (*OWN, "lowtide_layer.c", "platform.c")
    assert set(SOURCES) >= set(sources) - {"lowtide_driver.c"}
    (tmp_path / "nothing.c").write_text("int nothing;\n")
    for width in ("-m64", "-m32"):
        if accepts(
            tmp_path, width, "-fsyntax-only", "nothing.c"
        ):  # compilers of other processors have one of them only
            compile_c(tmp_path, *FREESTANDING, width, "-fsyntax-only", *sources)
    compile_c(tmp_path, *FREESTANDING, "-fsyntax-only", *sources)
    for effort in ("-O0", "-Os", "-O2", "-O3"):
        compile_c(tmp_path, *FREESTANDING, effort, "-fno-stack-protector", "-nostdlib", "-r", *sources, "-o", "all.o")
        names = subprocess.run(["nm", "-u", "all.o"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        wanted = {name for name in names.split() if name != "U"}  # of a library: nothing, at any effort
        assert wanted - {"_GLOBAL_OFFSET_TABLE_"} == {"_binary_image_bin_start"}


def test_the_guides_show_what_compiles(tmp_path):
    graph, shape = perceptron(np.random.default_rng(15))
    compiled_for_c(tmp_path, graph, np.ones((2, *shape)), FixedPoint(8))
    machine, network = (
        re.search(r"```c\n(.*?)```", (GUIDES / f"{name}.md").read_text(), flags=re.S)[1]
        for name in ("run_a_machine", "compile_a_network")
    )
    (tmp_path / "machine.c").write_text(machine)
    compile_c(tmp_path, *FREESTANDING, "-c", "machine.c")
    begin = "void step(lowtide_machine machine, uint8_t *memory, const int32_t *codes, int32_t *scores)"
    includes = "".join(f'#include "{name}.h"\n' for name in ("lowtide_driver", "lowtide_tensor", "program"))
    (tmp_path / "network.c").write_text(f"{includes}{begin};\n{begin}\n{{\n{network}}}\n")
    compile_c(tmp_path, *FREESTANDING, "-c", "network.c")
