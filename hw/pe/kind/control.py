"""What travels beside a kind's operands: control bits to the PEs, and along the edges to the encoders."""

from types import SimpleNamespace

__all__ = ["Beat", "Control"]


class Control:
    """The chapter of a kind about control."""

    pe_fields = ()  #: one-bit mode fields that travel with the operands to every PE
    north_fields = ()  #: one-bit mode fields that travel along the north edge to every encoder
    west_fields = ()  #: one-bit mode fields that travel along the west edge to every encoder

    def control(self, config, where):
        """Names and widths of the bits that travel with the operands to the PEs (``where`` is "pe") or along an edge
        ("west", "north")."""
        fields = {"pe": self.pe_fields, "west": self.west_fields, "north": self.north_fields}[where]
        if where == "pe" and config.exponent_bits:
            fields += ("block_floating",)
        return dict.fromkeys(fields, 1)

    def control_values(self, config, where, word, beat):
        """What they are in a cycle: dict of the same names. ``beat`` is a :class:`Beat`."""
        return {name: word[name] for name in self.control(config, where)}


class Beat(SimpleNamespace):
    """Where a cycle stands in its job, as the sequencer sees it; hardware values.

    step: the cycle is a step, not a bubble. slots: slots of the round that are not done before this cycle. rounds:
    rounds of the beat that are not, this one included. starts: the cycle is the first of a round. opens, closes: the
    chunk is the first, the last of a pass. tail: values of a pass's last chunk, less one. control: of the pass
    sequencer.
    """
