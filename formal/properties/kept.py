"""Outcomes of properties, kept in a JSON file under a hash of the Verilog that each is about."""

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from lowtide.common.output import output_folder

from .property import Property
from .prove import Held

__all__ = ["Kept"]


@dataclass(frozen=True)
class KeptProperty:
    """What the file has of a property: what it says, how its proof ended, and a hash of all that it depends on."""

    statement: str
    outcome: str
    seconds: float
    digest: str


class Kept:
    """The outcomes in a file. A property is proved again where its Verilog, its monitor or its steps have changed."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        self.known: dict[str, KeptProperty]
        try:
            content = json.loads(path.read_text())
            self.known = {name: KeptProperty(**each) for name, each in content.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self.known = {}  # nothing kept, or not by this program

    def outcome(self, prop: Property, text: str, prove: Callable[[Property], Held]) -> Held:
        """What is known of a property of an engine's Verilog, ``text``; it is proved where nothing is.

        Raises ``ValueError`` where the file cannot be written.
        """
        content = f"{prop.watched(text)}\0{prop.steps}\0{prop.cycles}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        known = self.known.get(prop.name)
        if known and known.digest == digest:
            return Held(prop, known.outcome, known.seconds)
        held = prove(prop)
        with self._lock:
            self.known[prop.name] = KeptProperty(
                statement=prop.statement, outcome=held.outcome, seconds=round(held.seconds, 2), digest=digest
            )
            with output_folder(self.path.parent):
                part = self.path.with_suffix(f".{os.getpid()}")
                every = {name: asdict(each) for name, each in sorted(self.known.items())}
                part.write_text(json.dumps(every, indent=1) + "\n")
                os.replace(part, self.path)
        return held
