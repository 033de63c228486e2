"""A program in a folder: `program.json`, and `image.bin`, what external memory holds."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lowtide.common.output import output_folder
from lowtide.common.records.kinds import unpack
from lowtide.common.records.record import Record
from lowtide.golden.number_formats.fixed_point import FixedPoint, FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.array_config import ArrayConfig

from ..layouts.layout import Layout
from ..lists.layer_records import Layer
from ..lists.program import Image
from .compiled import Compiled, External
from .samples import Levels

__all__ = ["Codes", "ProgramFiles", "read_program", "write_program"]

VERSION = 1  #: of the files
PROGRAM, IMAGE = "program.json", "image.bin"


@dataclass(frozen=True, kw_only=True)
class Codes:
    """A tensor that software writes or reads.

    Parameters
    ----------
    tensor : External
    shape : tuple of int
        As the network has it.
    scale : float
    zero : int
        A code c stands for ``scale (c - zero)``.
    bits : int
    symmetric : bool
    """

    tensor: External
    shape: tuple[int, ...]
    scale: float
    zero: int
    bits: int
    symmetric: bool

    @classmethod
    def of(cls, tensor: External, shape: tuple[int, ...], quantiser: FixedPointQuantiser) -> Self:
        """The codes of a quantiser."""
        form = quantiser.format
        return cls(
            tensor=tensor,
            shape=shape,
            scale=float(quantiser.scale),
            zero=int(quantiser.zero_point),
            bits=form.bits,
            symmetric=form.symmetric,
        )

    def encode(self, values: NDArray[np.floating]) -> NDArray[np.int64]:
        """Codes of real numbers."""
        format = FixedPoint(self.bits, signed=self.tensor.layout.signed, symmetric=self.symmetric)
        codes: NDArray[np.int64] = np.clip(
            np.rint(values.astype(np.float64) / self.scale) + self.zero, *format.integer_range
        ).astype(np.int64)
        return codes

    def decode(self, codes: NDArray[np.integer]) -> NDArray[np.float64]:
        """The real numbers of codes, of the network's shape."""
        return (codes.astype(np.float64) - self.zero).reshape(self.shape) * self.scale


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
    """

    model: str
    config: AcceleratorConfig
    image: Image
    memory_bytes: int
    source: Codes
    result: Codes
    levels: Levels
    layers: tuple[Layer, ...]

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
        )

    def records(self) -> list[Record]:
        """Those of the list of execution."""
        return unpack(self.image.data[self.image.execution - self.image.base :])

    def memory(self) -> NDArray[np.uint8]:
        """External memory before the first run."""
        memory = np.zeros(self.memory_bytes, np.uint8)
        memory[self.image.base :][: len(self.image.data)] = np.frombuffer(self.image.data, np.uint8)
        return memory


def write_program(program: ProgramFiles, folder: Path) -> list[Path]:
    """Write the files of a program; their paths. ``ValueError`` where they cannot be written."""
    image = program.image
    stated = {
        "version": VERSION,
        "model": program.model,
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
    }
    with output_folder(folder):
        (folder / IMAGE).write_bytes(image.data)
        (folder / PROGRAM).write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
    return [folder / PROGRAM, folder / IMAGE]


def read_program(folder: Path) -> ProgramFiles:
    """The program in a folder. ``ValueError`` for files that are missing, cut off or not those of a program."""
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
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"program is {path}: {type(error).__name__} of {error}, allowed is what compile has written"
        ) from None


def _program(stated: Mapping[str, Any], data: bytes, path: Path) -> ProgramFiles:
    image = stated["image"]
    if len(data) != image["bytes"] or sha256(data).hexdigest() != image["sha256"]:
        raise ValueError(
            f"image is {path}: {len(data)} bytes, allowed are the {image['bytes']} that compile has written"
        )
    array = ArrayConfig(**_tuples(stated["machine"]["array"]))
    return ProgramFiles(
        model=str(stated["model"]),
        config=AcceleratorConfig(**_tuples(stated["machine"]) | {"array": array}),
        image=Image(image["base"], data, image["initialisation"], image["execution"]),
        memory_bytes=stated["memory_bytes"],
        source=_codes(stated["source"]),
        result=_codes(stated["result"]),
        levels=Levels(**_tuples(stated["levels"])),
        layers=tuple(Layer(**each) for each in stated["layers"]),
    )


def _codes(stated: Mapping[str, Any]) -> Codes:
    tensor = stated["tensor"]
    names = {field.name for field in fields(Layout)}
    layout = Layout(**{name: value for name, value in tensor["layout"].items() if name in names})
    return Codes(**_tuples(stated) | {"tensor": External(**tensor | {"layout": layout})})


def _tuples(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of JSON as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stated.items()}
