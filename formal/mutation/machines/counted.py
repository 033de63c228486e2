"""Which outputs of a machine count when: its payloads, by the rules of the bus, only where they are valid.

Ports of AXI have the names that AXI gives them: those of a channel begin with its letters, and the payload counts while
``valid`` of the channel is 1. A byte of data that are written counts only where its strobe is 1 as well.
"""

from collections.abc import Iterable, Mapping

__all__ = ["counted"]

#: The channels in which a machine gives a payload: to memory, and as answers to what drives it.
_GIVEN = ("m_axi_aw", "m_axi_w", "m_axi_ar", "s_axi_r", "s_axi_b")
_HANDSHAKE = ("valid", "ready")
_BYTE = 8


def counted(outputs: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Outputs, by bits such as ``m_axi_wdata[9]``, to those that have to be 1 where they count. Others count always."""
    found: dict[str, tuple[str, ...]] = {}
    for output in outputs:
        port, _, bit = output.rstrip("]").rpartition("[")
        for channel in _GIVEN:
            what = port.removeprefix(channel)
            if what != port and what not in _HANDSHAKE:
                found[output] = (f"{channel}valid[0]",)
                if what == "data" and channel == "m_axi_w":
                    found[output] += (f"{channel}strb[{int(bit) // _BYTE}]",)
    return found
