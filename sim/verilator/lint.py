"""What Verilator says of Verilog, beyond what may be said of what this project emits."""

import subprocess
from pathlib import Path

from lowtide.common.store import digest, stored
from lowtide.hw.emit.write import WAIVERS

from .build import build_folder
from .toolchain import BuildError, find_verilator

__all__ = ["lint"]

#: Verilator reports what the text is, not what is left of it once it is optimised: circles of words among it.
_LINT = ["--lint-only", "-Wall", "-fno-dfg", "-fno-gate"]


def lint(verilog: str, *, top: str) -> list[str]:
    """Messages of ``verilator --lint-only -Wall`` beyond ``hw/emit/waivers.vlt``, as a list of lines. Cached."""
    verilator = find_verilator()

    def write(place: Path) -> None:
        folder = place.parent
        (folder / f"{top}.v").write_text(verilog)
        command = [verilator.command, *_LINT, "--top-module", top, str(WAIVERS), f"{top}.v"]
        done = subprocess.run(
            command, cwd=folder, env=verilator.environment(), capture_output=True, text=True, check=False
        )
        found = [line for line in done.stderr.splitlines() if line.startswith("%")]
        if done.returncode and not found:
            raise BuildError(f"verilator: {(done.stderr + done.stdout).strip().splitlines()[-1]}")
        place.write_text("\n".join(found))

    kept = build_folder() / f"lint-{digest(verilog, verilator.command, *_LINT, WAIVERS.read_text())}.txt"
    return stored(kept, write).read_text().splitlines()
