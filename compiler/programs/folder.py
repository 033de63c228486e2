"""A program in a folder: `program.json`, and `image.bin`, what external memory holds."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lowtide.common.output import output_folder
from lowtide.common.records.record import Kind, Record
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.array_config import ArrayConfig

from ..lists.layer_records import Layer
from ..lists.program import Image
from .compiled import Compiled
from .external import Codes
from .host_step import HostStep
from .samples import Levels
from .stated import plain, tuples

__all__ = ["ProgramFiles", "read_program", "write_program"]

VERSION = 4  #: of the files
PROGRAM, IMAGE = "program.json", "image.bin"


@dataclass(frozen=True, kw_only=True, eq=False)
class ProgramFiles:
    """A program as its files state it.

    Parameters
    ----------
    model : str
        Name of the network.
    config : AcceleratorConfig
    image : Image
    memory_bytes : int
        Of external memory.
    source, result : Codes
    levels : Levels
        Of pictures.
    layers : tuple of Layer
    host : tuple of tuple of HostStep
        The steps that the host computes at each WAIT of the list of execution, in order.

    Raises
    ------
    ValueError
        Tensors that do not lie in memory.
    """

    model: str
    config: AcceleratorConfig
    image: Image
    memory_bytes: int
    source: Codes
    result: Codes
    levels: Levels
    layers: tuple[Layer, ...]
    host: tuple[tuple[HostStep, ...], ...] = ()

    def __post_init__(self) -> None:
        for layer in (step.layer for turn in self.host for step in turn if step.layer is not None):
            if not 0 <= layer.address <= layer.end <= self.memory_bytes:
                size = layer.end - layer.address
                raise ValueError(
                    f"address of a layer of the host is {layer.address} for {size} bytes, allowed are those below "
                    f"{self.memory_bytes}"
                )
        of_host = [codes for turn in self.host for step in turn for codes in (*step.inputs, step.output)]
        for tensor in (codes.tensor for codes in (self.source, self.result, *of_host)):
            if not 0 <= tensor.address <= tensor.address + tensor.size <= self.memory_bytes:
                raise ValueError(
                    f"address of tensor {tensor.name} is {tensor.address} for {tensor.size} bytes, allowed are those "
                    f"below {self.memory_bytes}"
                )

    @classmethod
    def of(cls, compiled: Compiled, *, model: str, source: Codes, result: Codes, levels: Levels) -> Self:
        """The files of a compiled network."""
        return cls(
            model=model,
            config=compiled.config,
            image=compiled.image,
            memory_bytes=compiled.memory_bytes,
            source=source,
            result=result,
            levels=levels,
            layers=compiled.layers,
            host=compiled.host,
        )

    def records(self) -> list[Record]:
        """Those of the list of execution."""
        return self.image.records(self.image.execution)

    def memory(self) -> NDArray[np.uint8]:
        """External memory before the first run."""
        return self.image.memory(self.memory_bytes)


def write_program(program: ProgramFiles, folder: Path) -> list[Path]:
    """Write the files of a program; their paths. ``ValueError`` where they cannot be written."""
    image = program.image
    stated = {
        "version": VERSION,
        "model": program.model,
        "identity": _shown(program.config.identity),
        "machine": program.config.fields(),
        "memory_bytes": program.memory_bytes,
        "image": {
            "base": image.base,
            "bytes": len(image.data),
            "sha256": sha256(image.data).hexdigest(),
            "initialisation": image.initialisation,
            "execution": image.execution,
        },
        "source": asdict(program.source),
        "result": asdict(program.result),
        "levels": asdict(program.levels),
        "layers": [asdict(layer) for layer in program.layers],
        "host": [[asdict(step) for step in turn] for turn in program.host],
    }
    with output_folder(folder):
        (folder / IMAGE).write_bytes(image.data)
        (folder / PROGRAM).write_text(json.dumps(stated, indent=1, default=plain) + "\n", encoding="utf-8")
    return [folder / PROGRAM, folder / IMAGE]


def read_program(folder: Path) -> ProgramFiles:
    """The program in a folder. ``ValueError`` for files that are missing, cut off or not those of a program, and for a
    program of another machine than the one that it states."""
    path = folder / PROGRAM
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        data = (folder / IMAGE).read_bytes()
    except OSError as error:
        raise ValueError(f"program is {error.filename}: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"program is {path}: not JSON, {error}") from None
    version = stated.get("version") if isinstance(stated, dict) else None
    if version != VERSION:
        raise ValueError(f"version of {path} is {version!r}, allowed is {VERSION}: compile the network again")
    try:
        return _program(stated, data, folder / IMAGE)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"program is {path}: {type(error).__name__} of {error}, allowed is what compile has written"
        ) from None


def _program(stated: Mapping[str, Any], data: bytes, path: Path) -> ProgramFiles:
    image = stated["image"]
    if len(data) != image["bytes"] or sha256(data).hexdigest() != image["sha256"]:
        raise ValueError(
            f"image is {path}: {len(data)} bytes, allowed are the {image['bytes']} that compile has written"
        )
    array = ArrayConfig(**tuples(stated["machine"]["array"]))
    config = AcceleratorConfig(**tuples(stated["machine"]) | {"array": array})
    if stated["identity"] != _shown(config.identity):
        raise ValueError(
            f"identity of the program is {stated['identity']!r}, that of the machine {config.name} is "
            f"{_shown(config.identity)}: compile the network again"
        )
    program = ProgramFiles(
        model=str(stated["model"]),
        config=config,
        image=Image(image["base"], data, image["initialisation"], image["execution"]),
        memory_bytes=stated["memory_bytes"],
        source=Codes.read(stated["source"]),
        result=Codes.read(stated["result"]),
        levels=Levels(**tuples(stated["levels"])),
        layers=tuple(
            Layer(**each | {"tensors": tuple(map(tuple, each.get("tensors", ())))}) for each in stated["layers"]
        ),
        host=tuple(tuple(map(HostStep.read, turn)) for turn in stated["host"]),
    )
    waits = sum(record.kind == Kind.WAIT for record in program.records())
    if len(program.host) != waits:
        raise ValueError(f"host has {len(program.host)} turns, allowed are {waits}, one for each WAIT of the list")
    return program


def _shown(identity: int) -> str:
    """An identity as the files state it: all its digits."""
    return f"{identity:#010x}"
