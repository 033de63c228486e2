"""What travels beside a kind's operands: control bits to the PEs, and along the edges to the encoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amaranth.hdl import Const, Value
from amaranth.lib import data

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["Beat", "Control"]


class Control:
    """The chapter of a kind about control.

    A field of which only one value is built in travels nowhere; :meth:`mode_bit` is that value then.

    Attributes
    ----------
    pe_fields : tuple of str
        One-bit mode fields that travel with the operands to every PE.
    north_fields, west_fields : tuple of str
        One-bit mode fields that travel along the north or the west edge to every encoder.
    """

    pe_fields: tuple[str, ...] = ()
    north_fields: tuple[str, ...] = ()
    west_fields: tuple[str, ...] = ()

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        """Names and widths of the control bits at a place.

        Parameters
        ----------
        config : ArrayConfig
        where : str
            "pe": with the operands to the PEs; "west" or "north": along that edge to the encoders.

        Returns
        -------
        dict of str to int
        """
        fields = {"pe": self.pe_fields, "west": self.west_fields, "north": self.north_fields}[where]
        if where == "pe" and config.exponent_bits and not config.pe.exponents_encoded:
            fields += ("block_floating",)
        supported = config.pe.supported(config)
        return dict.fromkeys((name for name in fields if len(supported[name]) > 1), 1)

    def mode_bit(self, config: ArrayConfig, control: data.View, name: str) -> Value:
        """A one-bit mode field where it is needed: the control bit of that name, or the only value that is built in."""
        if name in control.shape().members:
            found: Value = control[name]
            return found
        (number,) = config.pe.supported(config)[name]
        return Const(number, 1)

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        """Values of the control bits of :meth:`control` in a cycle.

        Parameters
        ----------
        config : ArrayConfig
        where : str
            "pe", "west" or "north".
        word : ModeWord view
            The mode of the running job.
        beat : Beat
            Where the cycle stands in its job.

        Returns
        -------
        dict of str to Value
            One value for each name of :meth:`control`, of its width; more names do no harm.
        """
        return {name: word[name] for name in self.control(config, where)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Beat:
    """Where a cycle stands in its job, as the sequencer sees it; hardware values.

    Parameters
    ----------
    step : Value, 1 bit
        The cycle is a step, not a bubble.
    slots : Value
        Slots of the round that are not done before this cycle.
    rounds : Value
        Rounds of the beat that are not done, this one included.
    starts : Value, 1 bit
        The cycle is the first of a round.
    opens, closes : Value, 1 bit
        The chunk is the first, the last of a pass.
    tail : Value, TAIL_BITS bits
        Values of a pass's last chunk, less one.
    control : view of a struct
        Output ``control`` of the pass sequencer; empty without one.
    """

    step: Value
    slots: Value
    rounds: Value
    starts: Value
    opens: Value
    closes: Value
    tail: Value
    control: data.View
