"""What other accelerators take for the same networks: as their authors publish it, or their tools and RTL say."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["PEERS", "Peer", "peer_rows"]


@dataclass(frozen=True)
class Peer:
    """Another accelerator on a network.

    Parameters
    ----------
    network : str
        Its name.
    who : str
    how : str
        What the number is: an estimate, of RTL, of silicon.
    source : str
        Whose it is, and under what conditions; "" where the name says so.
    multipliers : int or None
        Where they are known.
    least, most : float or None
        Share of peak in per cent, a range where one is stated.
    cycles : int or None
        Of the whole network.
    """

    network: str
    who: str
    how: str
    source: str
    multipliers: int | None = None
    least: float | None = None
    most: float | None = None
    cycles: int | None = None

    @property
    def share(self) -> float | None:
        """Share of peak in per cent, where one number is stated."""
        return self.least if self.most is None else None

    @property
    def share_text(self) -> str:
        """For tables."""
        if self.least is None:
            return "-"
        return f"{self.least:g} %" if self.most is None else f"{self.least:g} to {self.most:g} %"


_VELA = ("Ethos-U55", "estimate", "its vendor's compiler, all data on chip", 128)
PEERS = (
    Peer("mnist-8", *_VELA, cycles=24_757),
    Peer("mnist-8", "NNgen 1.3.4", "RTL", "", 25, least=62, cycles=50_545),
    Peer("mobilenet-v1", *_VELA, least=68),
    Peer("mobilenet-v1", "NE16", "silicon", "its authors", least=21),
    Peer("mobilenet-v2", *_VELA, least=40),
    Peer("efficientnet-lite0", *_VELA, least=41),
    Peer("resnet-50", *_VELA, least=70),
    Peer("resnet-50", "NVDLA", "sheet", "its authors; their RTL takes 2.3 times the cycles", least=51, most=70),
    Peer("resnet-50", "Tensil", "estimate", "its authors", least=22),
)


def peer_rows(titles: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The lines of a table, in the order of networks with their titles."""
    return [
        [
            title,
            peer.who,
            ": ".join(filter(None, (peer.how, peer.source))),
            "-" if peer.multipliers is None else str(peer.multipliers),
            peer.share_text,
            "-" if peer.cycles is None else f"{peer.cycles:,}",
        ]
        for name, title in titles
        for peer in PEERS
        if peer.network == name
    ]
