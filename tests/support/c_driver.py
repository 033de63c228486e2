"""The driver in C by ctypes, on a machine in simulation."""

import ctypes
import re

import numpy as np

from lowtide.common.records.kinds import End, pack
from lowtide.hw.control.registers.register_map import register_map
from lowtide.hw.emit.c_driver.write import write_driver

from c_compiler import shared_library

__all__ = ["ENTRY", "HOOKS", "Description", "Driver", "Windows", "driver_library"]

HOOKS = ("before_start", "after_stop", "on_wait", "idle")
ENTRY = ("record", "kind", "begun", "cycles", "token_waits", "active", "bus_waits", "beats", "smallest", "largest")
CONTEXT = 0x1234
LIST = 0x1000  #: where lists are written
WORD = ctypes.c_uint32
HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
READ = ctypes.CFUNCTYPE(WORD, ctypes.c_void_p, WORD)
WRITE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, WORD, WORD)


def words(name, *names):
    """A structure of 32-bit words."""
    return type(name, (ctypes.Structure,), {"_fields_": [(each, WORD) for each in names]})


Description = words(
    "Description", "array", "units", "feature_memory", "weight_memory", "small_memories", "extras", "identity"
)
Windows = words("Windows", "read_base", "read_limit", "write_base", "write_limit")
LastError = words("LastError", "code", "reason", "record")
Entry = words("Entry", *ENTRY)


class Machine(ctypes.Structure):
    """lowtide_machine."""

    _fields_ = [
        ("read32", READ),
        ("write32", WRITE),
        *((name, HOOK) for name in HOOKS),
        ("context", ctypes.c_void_p),
    ]


def driver_library(folder):
    """The driver, written to a folder and compiled; ``status`` has the names of its status."""
    write_driver(folder)
    library = shared_library(folder, "lowtide_driver.c")
    header = (folder / "lowtide_driver.h").read_text()
    library.status = re.findall(r"^    LOWTIDE_(\w+)", re.search(r"enum \{(.*?)\}", header, re.S)[1], re.M)
    for name, kind in (("last_error", LastError), ("read_profile", Entry)):
        getattr(library, f"lowtide_{name}").restype = kind
    for name in ("error_name", "error_meaning", "reason_meaning"):
        getattr(library, f"lowtide_{name}").restype = ctypes.c_char_p
    return library


class Driver:
    """The driver's functions by their names, on a machine in simulation; ``called`` has the hooks that were."""

    def __init__(self, library, model, *, hooks=HOOKS):
        self.library, self.model, self.called, self.on_wait, self.failures = library, model, [], None, []
        self.names = {register.address: register.name for register in register_map()}
        self.machine = Machine(
            READ(self.kept(lambda offset: self.model.read_register(self.names[offset]))),
            WRITE(self.kept(lambda offset, value: self.model.write_register(self.names[offset], value))),
            *(HOOK(self.kept(self.hook(name))) if name in hooks else HOOK() for name in HOOKS),
            CONTEXT,
        )

    def kept(self, function):
        """A function for C, whose exceptions are kept for :meth:`value`."""

        def call(context, *arguments):
            try:
                assert context == CONTEXT
                return function(*arguments)
            except Exception as error:
                self.failures.append(error)
                return 0

        return call

    def hook(self, name):
        def call():
            if name == "idle":
                self.model.step(50)
            else:
                self.called.append(name)
            if name == "on_wait":
                self.on_wait()

        return call

    def value(self, name, *arguments):
        """What a function answers."""
        found = getattr(self.library, f"lowtide_{name}")(ctypes.byref(self.machine), *arguments)
        if self.failures:
            raise self.failures[0]
        return found

    def told(self, name, *arguments):
        """What a function answers, by the name of its status."""
        return self.library.status[self.value(name, *arguments)]

    def run(self, records, looks=0):
        """The status of a list that ran."""
        self.model.write(LIST, np.frombuffer(pack([*records, End()]), np.uint8))
        assert self.told("start_execution", LIST) == "DONE"
        return self.told("wait", looks)
