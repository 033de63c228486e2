"""Draws the waveforms of ``docs/interface.md`` from a simulation. Run: ``python docs/pictures/draw_waves.py``.

The emitted Verilog of a 2x2 array of ``parallel`` PEs with one lane runs in Verilator, driven by ``record_waves``; what
its ports showed becomes a WaveDrom drawing. So the pictures cannot tell another story than the hardware.
"""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import wavedrom

from lowtide.hw import ArrayConfig, Engine, Mode
from lowtide.sim.cocotb.run import run_bench
from lowtide.sim.engine.packing import job_words, w_words, x_words

HERE = Path(__file__).parent
CONFIG = ArrayConfig(name="small_2x2", kind="parallel", rows=2, cols=2, lanes=1)
MODE = Mode(x_bits=8, w_bits=8, x_signed=False, w_signed=True)
#: The rows of a drawing: what is written, and the port of the recording. None: a gap.
ROWS = (
    ("job_valid", "job_valid"),
    ("job_ready", "job_ready"),
    ("job_data", "job_data"),
    None,
    ("x, w valid", "x_valid"),
    ("x, w ready", "x_ready"),
    ("x, w data", "x_data"),
    None,
    ("y_valid", "y_valid"),
    ("y_ready", "y_ready"),
    ("y_data", "y_data"),
    None,
    ("busy", "busy"),
    ("error", "error"),
)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job of a scene: its name, chunks and mode. A mode that was not built is refused: no operands, no results."""

    name: str
    chunks: int
    mode: Mode = MODE
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A drawing. missing: cycles in which no operands are offered; waiting: no result is taken; clear: in which
    the input ``clear`` is 1."""

    name: str
    title: str
    jobs: tuple[Job, ...]
    cycles: int
    missing: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    clear: tuple[int, ...] = ()

    def settings(self):
        """What the bench is told."""
        taken = [job for job in self.jobs if not job.refused]
        x, w = x_words([[1], [2]], CONFIG, MODE)[0], w_words([[3, 4]], CONFIG, MODE)[0]
        return {
            "jobs": [{"name": job.name, "word": job_words(job.mode, job.chunks)} for job in self.jobs],
            "beats": [{"name": f"{job.name}{chunk}", "x": x, "w": w} for job in taken for chunk in range(job.chunks)],
            "columns": [f"{job.name}:{column}" for job in taken for column in range(CONFIG.cols)],
            "cycles": self.cycles,
            "missing": self.missing,
            "waiting": self.waiting,
            "clear": self.clear,
        }


SCENES = (
    Scene(
        name="two_jobs",
        title="Two jobs, inputs always offered, results always taken",
        cycles=12,
        jobs=(Job(name="A", chunks=3), Job(name="B", chunks=2)),
    ),
    Scene(
        name="stalls",
        title="Operands are missing in cycle 3, results are not taken in cycles 6 and 7",
        cycles=15,
        jobs=(Job(name="A", chunks=3), Job(name="B", chunks=2)),
        missing=(3,),
        waiting=(6, 7),
    ),
    Scene(
        name="refused",
        title="A job in a mode that was not built is refused; the next one runs",
        cycles=12,
        jobs=(
            Job(name="bad", chunks=2, mode=MODE.change(x_signed=True, x_bits=16), refused=True),
            Job(name="A", chunks=2),
        ),
        clear=(7,),
    ),
)


def wave(values):
    """A row of values as WaveDrom wants it: a state for each cycle, a dot where it stays, and the labels."""
    states, labels = "", []
    for before, value in zip([None, *values], values, strict=False):
        if value == before:
            states += "."
        elif isinstance(value, str):
            states += "=" if value else "x"
            labels += [value] if value else []
        else:
            states += str(value)
    return {"wave": states, "data": labels}


def drawing(scene, seen):
    """The WaveJSON of what was recorded."""
    signals = [{"name": "clk", "wave": "p" + "." * (len(seen) - 1)}, {}]
    signals += [{} if row is None else {"name": row[0]} | wave([now[row[1]] for now in seen]) for row in ROWS]
    return {"signal": signals, "head": {"text": scene.title, "tick": 0}, "config": {"hscale": 1}}


def draw(scene, path):
    """Simulate a scene and write its picture. Returns what was recorded."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "seen.json")
        run_bench(Engine(CONFIG), "record_waves", seed=1, output=str(output), **scene.settings())
        seen = json.loads(output.read_text())
    wavedrom.render(json.dumps(drawing(scene, seen))).saveas(path, pretty=True, indent=1)
    return seen


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    for each in SCENES:
        draw(each, HERE / f"{each.name}.svg")
        print(f"wrote docs/pictures/{each.name}.svg")
