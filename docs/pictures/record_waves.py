"""cocotb bench: plays a scene to a small engine and writes what its ports showed in every cycle to a file.

Inputs change at the falling edge of the clock; what is recorded of a cycle is what holds just before its rising edge.
"""

import json
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, Timer

from lowtide.sim.cocotb.run import parameters

SHOWN = ("job_valid", "job_ready", "x_valid", "x_ready", "y_valid", "y_ready", "busy", "error")


@cocotb.test()
async def record(dut):
    """The settings are the fields of a `draw_waves.Scene`, and ``output``, the file."""
    scene = parameters()
    Clock(dut.clk, 10, "ns").start()
    for port in (dut.job_valid, dut.x_valid, dut.w_valid, dut.y_ready, dut.clear):
        port.value = 0
    dut.rst.value = 1
    for _ in range(4):
        await FallingEdge(dut.clk)
    dut.rst.value = 0
    jobs, beats, columns = ([*scene[name]] for name in ("jobs", "beats", "columns"))
    seen = []
    for cycle in range(scene["cycles"]):
        offered = bool(beats) and cycle not in scene["missing"]
        dut.clear.value = int(cycle in scene["clear"])
        dut.y_ready.value = int(cycle not in scene["waiting"])
        dut.job_valid.value = int(bool(jobs))
        dut.job_data.value = jobs[0]["word"] if jobs else 0
        dut.x_valid.value = dut.w_valid.value = int(offered)
        dut.x_data.value, dut.w_data.value = (beats[0]["x"], beats[0]["w"]) if beats else (0, 0)
        await Timer(4, "ns")  # everything has settled, the rising edge is yet to come
        now = {name: int(getattr(dut, name).value) for name in SHOWN}
        now["job_data"] = jobs[0]["name"] if jobs else ""
        now["x_data"] = beats[0]["name"] if offered else ""
        now["y_data"] = columns[0] if now["y_valid"] else ""
        seen.append(now)
        for name, waiting in (("job", jobs), ("x", beats), ("y", columns)):
            if now[f"{name}_valid"] and now[f"{name}_ready"]:
                del waiting[0]
        await FallingEdge(dut.clk)
    Path(scene["output"]).write_text(json.dumps(seen))
