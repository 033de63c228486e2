"""Lists that stand still, as a record takes a token that there is not, and lists that give more than a counter holds.

What comes before such a record is legal, and ends. Between the engines nothing meets: each has places of its own.
"""

from dataclasses import replace

from lowtide.common.records.entries import Parameter, Tap
from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import Load, Memory, Store, Wait

from .maker import Maker

__all__ = ["deadlock", "plain_exec", "token_overflow"]

MOST_TAKEN = 7  #: tokens by a record
MOST_TOKENS = 255  #: of a counter


def plain_exec(maker: Maker) -> Exec:
    """A legal record of the array, one pixel."""
    config = maker.config
    values = max(1, min(64, config.atom_bits // 8))
    return Exec(mode=config.array.modes()[0].word(), out_base=maker.atoms - 1, out_values=values)


def deadlock(maker: Maker) -> bytes:
    """A record takes more tokens than there are: none to six are; of others than it takes there may be enough."""
    rng = maker.rng
    _apart(maker)
    place, distance = int(rng.integers(3)), int(rng.integers(1, 3))
    giver = (place + distance) % 3
    there = int(rng.integers(MOST_TAKEN)) if rng.random() < 0.7 else 0
    given = {_side(giver, place): there} if there else {}
    if rng.random() < 0.5:
        given |= {_side(giver, 3 - giver - place): MOST_TAKEN}  # to the third engine
    assert maker.add(_simple(maker, giver, **{f"give_{side}": count for side, count in given.items()}))
    taken = int(rng.integers(there + 1, MOST_TAKEN + 1))
    return _simple(maker, place, **{f"take_{'ab'[distance - 1]}": taken}).pack()


def token_overflow(maker: Maker) -> bytes:
    """A record gives tokens of which a counter then has 256 or more: those before it bring it up to 249 to 255."""
    rng = maker.rng
    _apart(maker)
    place, side = int(rng.integers(3)), str(rng.choice(["a", "b"]))
    room = int(rng.integers(MOST_TAKEN))
    left = MOST_TOKENS - room
    while left:
        given = min(left, MOST_TAKEN)
        assert maker.add(_simple(maker, place, **{f"give_{side}": given}))
        left -= given
    return _simple(maker, place, **{f"give_{side}": int(rng.integers(room + 1, MOST_TAKEN + 1))}).pack()


def _apart(maker: Maker) -> None:
    """What single records of EXEC need; all records before have ended then."""
    maker.loaded(Memory.TAP, 0, Tap().pack(), 8)
    maker.loaded(Memory.PARAMETER, 0, Parameter().pack(), 8)
    maker.add(Wait())


def _simple(maker: Maker, place: int, **tokens: int) -> Load | Exec | Store:
    """A short record of an engine, by its place in the ring."""
    records = (
        Load(local=2, fill=1),
        replace(plain_exec(maker), source=Source.VECTOR_SUM),
        Store(local=1, address=maker.room),
    )
    return replace(records[place], **tokens)  # type: ignore[arg-type]  # whole numbers


def _side(giver: int, taker: int) -> str:
    """What an engine is for another one, both by their places in the ring."""
    return "ab"[(taker - giver) % 3 - 1]
