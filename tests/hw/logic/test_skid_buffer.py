"""A skid buffer keeps the word that cannot leave: none is lost, and none waits that need not."""

import random

import pytest

from lowtide.hw.logic.skid_buffer import SkidBuffer

from unit_model import UnitModel


@pytest.fixture(params=[False, True], ids=["", "own choice"])
def made(request):
    found = UnitModel(SkidBuffer("skid_buffer_own" if request.param else "skid_buffer", 8, own_choice=request.param))
    for name in ("i_valid", "i_data", "o_ready"):
        found.set(name, 0)
    _reset(found)
    return found


def _reset(made):
    """No word comes in the first cycle after it, as own choices ask for."""
    made.set("i_valid", 0)
    made.reset()
    assert made.get("proceed") and not made.get("o_valid")
    made.tick()


@pytest.mark.parametrize("gives, takes", [(1, 1), (0.3, 1), (1, 0.3), (0.6, 0.6)])
def test_words_come_out_in_order(made, gives, takes):
    """A word is taken in each cycle that proceeds, and leaves at once where its reader is ready."""
    rng, sent, got, offered, held = random.Random(5), [], [], None, None
    while len(got) < 300:
        if offered is None and rng.random() < gives:
            offered = rng.randrange(256)
        made.set("i_valid", offered is not None)
        made.set("i_data", rng.randrange(256) if offered is None else offered)
        made.set("o_ready", 0)
        proceed = made.get("proceed")
        made.set("o_ready", ready := rng.random() < takes)
        assert made.get("proceed") == proceed == (len(sent) == len(got))
        assert made.get("o_valid") == (offered is not None or not proceed)
        if proceed and offered is not None:
            assert made.get("o_data") == offered
        if held is not None:
            assert made.get("o_valid") and made.get("o_data") == held  # what is offered stays
        held = made.get("o_data") if made.get("o_valid") and not ready else None
        assert made.get("proceeds") == (held is None)
        if ready and made.get("o_valid"):
            got.append(made.get("o_data"))
        if proceed and offered is not None:
            sent.append(offered)
            offered = None
        made.tick()
    assert got == sent[: len(got)]


def test_a_reset_forgets_what_is_kept(made):
    made.set("i_valid", 1)
    made.set("i_data", 7)
    made.tick()
    assert not made.get("proceed")
    _reset(made)
    made.set("i_valid", 1)
    made.set("i_data", 9)
    assert made.get("o_valid") and made.get("o_data") == 9
