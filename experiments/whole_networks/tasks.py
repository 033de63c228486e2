"""Which network runs on which machine, in which format, and what is aimed at."""

from dataclasses import dataclass, field

from lowtide.hw.pe import KINDS

__all__ = ["OWN", "TASKS", "Aim", "Format", "Task"]


@dataclass(frozen=True)
class Aim:
    """What a run should reach.

    Parameters
    ----------
    share : float or None
        Of peak, at least.
    executing : float or None
        The same of the cycles in which an EXEC record runs: without copies that nothing hides.
    cycles : int or None
        At most.
    """

    share: float | None = None
    executing: float | None = None
    cycles: int | None = None

    @property
    def text(self) -> str:
        """For tables."""
        share = self.share if self.share is not None else self.executing
        return f"{100 * share:.0f} %" if share is not None else f"{self.cycles:,} cycles"


@dataclass(frozen=True)
class Format:
    """How a network is quantised.

    Parameters
    ----------
    weights : str
        Format of the weights, as ``lowtide compile --weights`` takes it; see :data:`OWN`.
    data_bits : int
    overrides : tuple of (str, str)
        Layers whose weights have another format.
    """

    weights: str = "fixed:8"
    data_bits: int = 8
    overrides: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        others = [f"{layer} {format}" for layer, format in self.overrides]
        return "; ".join([self.weights, *others]) + (f", data {self.data_bits} bits" if self.data_bits != 8 else "")


#: The format of a network that was quantised elsewhere.
OWN = Format("its own")


@dataclass(frozen=True)
class Task:
    """A network on a machine.

    Parameters
    ----------
    network, machine : str
        Their names.
    format : Format
    aim : Aim or None
    """

    network: str
    machine: str
    format: Format = field(default_factory=Format)
    aim: Aim | None = None

    def __str__(self) -> str:
        return f"{self.network} on {self.machine}, {self.format}"


#: Machines with 128, 256 and 512 multipliers on a bus of 16 bytes.
_SHAPES = ("small_8x4", "small_16x4", "small")
#: Shares of peak on these.
_AIMS = {
    "mobilenet-v1": (0.80, 0.76, 0.72),
    "mobilenet-v2": (0.70, 0.65, 0.60),
    "efficientnet-lite0": (0.66, 0.62, 0.58),
    "resnet-50": (0.90, 0.86, 0.82),
}
#: Formats beside integers of eight bits that kinds of PE are made for; `bit_plane` has them in place of these: the
#: memories of its flexible machine do not hold eight planes of weights, and nothing of the larger networks.
_FORMATS = {
    "term": (Format("tr:8:12"),),
    "term_pair": (Format("tr:8:12"),),
    "bit_serial": (Format("fixed:4"),),
    "bit_plane": (Format("fixed:4"), Format("fixed:2", 4)),
    "fused": (Format("fixed:4"), Format("fixed:8", overrides=(("linear2", "fixed:4"),))),
    "subword": (Format("fixed:4", 4),),
    "digit": (Format("group:4:8:2"), Format("digits:8:2")),
}
_WHOLE = {kind: _FORMATS[kind][0] if kind == "bit_plane" else Format() for kind in KINDS}

TASKS = (
    *(
        Task(network, f"{kind}_flex", _WHOLE[kind])
        for network in ("digits", "mnist-mlp", "mnist-8")
        for kind in KINDS
        if kind != "bit_plane" or network == "digits"
    ),
    *(
        Task("digits", f"{kind}_flex", format)
        for kind, formats in _FORMATS.items()
        for format in formats
        if format != _WHOLE[kind]
    ),
    Task("mnist-8", "with_32", aim=Aim(cycles=28_000)),
    Task("transformer-block", "parallel_flex"),
    Task("transformer-block", "small_8x4"),
    Task("word-lstm", "parallel_flex"),
    Task("word-lstm", "small_8x4"),
    Task("super-resolution", "small_8x4", OWN),
    *(
        Task(network, machine, aim=Aim(share=share))
        for network, shares in _AIMS.items()
        for machine, share in zip(_SHAPES, shares, strict=True)
    ),
    *(Task(network, "large") for network in _AIMS),
)
