"""Lists that must stop with an error, and registers that software writes for a while."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.sim.machine import MachineModel

from .told import FAILED, wrong_register

__all__ = ["refused", "written"]


@contextmanager
def written(model: MachineModel, values: Mapping[str, int]) -> Iterator[None]:
    """Registers, by their names, that have other values for a while."""
    before = {name: model.read_register(name) for name in values}
    try:
        for name, value in values.items():
            model.write_register(name, value)
        yield
    finally:
        for name, value in before.items():
            model.write_register(name, value)


def refused(
    model: MachineModel,
    external: NDArray[np.uint8],
    address: int,
    records: int,
    code: Error,
    record: int,
    *,
    reason: int = 0,
) -> str:
    """Run a list that must stop with an error; a line where it does not.

    Parameters
    ----------
    model : MachineModel
    external : ndarray of uint8 [bytes]
        External memory when it starts.
    address, records : int
        Of the list: where it is, and how many it has.
    code : Error
    record : int
        Its number.
    reason : int
        Of the array.
    """
    model.write(model.base, external)
    try:
        model.run_at(address, records)
    except MachineError as error:
        if (error.error, error.record) == (code, record):
            return wrong_register(model, {"status": FAILED, "error": code | reason << 8, "error_record": record})
        return f"record {error.record}: {error.error.name}, expected is record {record}: {code.name}"
    return f"no error, expected is record {record}: {code.name}"
