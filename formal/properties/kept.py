"""Outcomes of properties, kept in a JSON file under a hash of the Verilog that each is about."""

import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

from lowtide.common.output import output_folder

from .property import Property
from .prove import Held

__all__ = ["Kept"]


class Kept:
    """The outcomes in a file. A property is proved again where its Verilog, its monitor or its steps have changed."""

    def __init__(self, path: Path):
        self.path, self._lock = path, threading.Lock()
        try:
            self.known: dict[str, dict] = json.loads(path.read_text())
        except (OSError, ValueError):
            self.known = {}

    def outcome(self, prop: Property, text: str, prove: Callable[[Property], Held]) -> Held:
        """What is known of a property of an engine's Verilog, ``text``; it is proved where nothing is.

        Raises ``ValueError`` where the file cannot be written.
        """
        content = f"{prop.watched(text)}\0{prop.steps}\0{prop.cycles}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:16]
        known = self.known.get(prop.name)
        if known and known["digest"] == digest:
            return Held(prop, known["outcome"], known["seconds"])
        held = prove(prop)
        with self._lock:
            self.known[prop.name] = {
                "statement": prop.statement,
                "outcome": held.outcome,
                "seconds": round(held.seconds, 2),
                "digest": digest,
            }
            with output_folder(self.path.parent):
                part = self.path.with_suffix(f".{os.getpid()}")
                part.write_text(json.dumps(dict(sorted(self.known.items())), indent=1) + "\n")
                os.replace(part, self.path)
        return held
