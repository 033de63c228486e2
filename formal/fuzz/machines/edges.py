"""The edges of the window for reads: lists that fill it to the byte, and that leave it by one."""

import numpy as np

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.kinds import End, Load, pack
from lowtide.sim.machine import MachineModel

from ..records.maker import USED
from .refused import written

__all__ = ["edges_of_lists"]

#: Bytes that are missing in the window, at its beginning and at its end; the number of the record that is not in it.
EDGES: tuple[tuple[int, int, int | None], ...] = ((0, 0, None), (1, 0, 0), (0, 1, 1))


def edges_of_lists(model: MachineModel) -> str:
    """Run lists of a LOAD that reads nothing and END, in windows that are as long or a byte shorter; a line where a
    record is refused that is in the window, or none that is not."""
    address, content = model.base + USED, pack([Load(fill=1), End()])
    model.write(address, np.frombuffer(content, np.uint8))
    for before, behind, record in EDGES:
        with written(model, {"read_base": address + before, "read_limit": address + len(content) - 1 - behind}):
            try:
                model.run_at(address, 2)
                found = None
            except MachineError as error:
                if error.error != Error.WINDOW:
                    return f"record {error.record}: {error.error.name} at the edge of the window"
                found = error.record
        if found != record:
            return f"record {found} is refused at the edge of the window, expected is {record}"
    return ""
