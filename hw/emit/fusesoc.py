"""FuseSoC core files (CAPI 2) for emitted Verilog."""

from lowtide.common.version import __version__

__all__ = ["core_file"]

_SIM = """\
  sim:
    flow: sim
    flow_options:
      tool: verilator
      mode: binary
      verilator_options: [--timing, -CFLAGS, -std=c++20]
    filesets: [rtl, waivers, bench]
    toplevel: {top}_bench
"""


def core_file(top: str, *, library: str, description: str, has_bench: bool) -> str:
    """A core file with the targets ``default`` and ``lint``, and ``sim`` where there is a bench.

    Parameters
    ----------
    top : str
        The top module, whose files are ``TOP.v``, ``TOP.vlt`` and ``TOP_bench.v``.
    library : str
        The second part of the core's name.
    description : str
        One line.
    has_bench : bool
    """
    bench = f"""\
  bench:
    files:
      - {top}_bench.v: {{file_type: verilogSource}}
"""
    return f"""CAPI=2:
name: lowtide:{library}:{top}:{__version__}
description: "{description}"
filesets:
  rtl:
    files:
      - {top}.v: {{file_type: verilogSource}}
  waivers:
    files:
      - {top}.vlt: {{file_type: vlt}}
{bench if has_bench else ""}targets:
  default:
    filesets: [rtl]
    toplevel: {top}
  lint:
    flow: lint
    flow_options:
      tool: verilator
    filesets: [rtl, waivers]
    toplevel: {top}
{_SIM.format(top=top) if has_bench else ""}"""
