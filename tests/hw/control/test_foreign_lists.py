"""Lists for another machine: refused, nothing of them read or moved, and the next right run is right."""

import pytest

from lowtide.common.records.errors import Error
from lowtide.common.records.kinds import End, Wait, pack

from control_bench import BUSY, DONE, FAILED, FAILS, addresses
from control_lists import LIST, MACHINES, PROFILE, bench, chain, expected, results, right_run


@pytest.mark.parametrize("which", ["initialise", "execute"])
@pytest.mark.parametrize("bus_bits", MACHINES)
def test_a_list_for_another_machine_is_refused_and_nothing_of_it_is_read(bus_bits, which):
    made = bench(bus_bits, latency=13 if which == "execute" else 0, stalls=0.2)
    own, atom = made.config.identity, made.config.atom_bytes
    made.write("profile", PROFILE)
    right_run(made)
    assert made.read("record") and made.read("profile_entries")
    made.write("interrupts", DONE)
    others = [0, ~own & 0xFFFFFFFF, made.rng.randrange(1, 1 << 32), *(own ^ 1 << bit for bit in range(32))]
    others += [machine.identity for machine in MACHINES.values()]
    for other in sorted(set(others) - {own}):
        made.write("program", other)
        before, local = made.model.memory.copy(), {name: each.copy() for name, each in made.local.contents.items()}
        packed = pack([*chain(3, atom), End()])
        before[LIST : LIST + len(packed)] = list(packed)
        reads = watched(made)
        made.start(which, packed, LIST)
        assert made.until_over() == (Error.FOREIGN, 0)
        for _ in range(200):
            made.cycle()
        assert reads == [] and (made.model.memory == before).all()
        assert all((made.local.contents[name] == each).all() for name, each in local.items())
        assert made.read("interrupts") == FAILS and made.read("status") == FAILED
        assert made.read("record") == made.read("profile_entries") == 0
        made.write("interrupts", FAILS)
        assert made.read("program") == other
        if made.rng.random() < 0.5:  # twice in a row, or a right run between
            made.write("program", own)
            right_run(made)
            made.write("interrupts", DONE)
    made.write("program", own)
    right_run(made)
    assert made.read("interrupts") == DONE


def watched(made):
    """The addresses that the machine offers to the bus from now on: a list that grows."""
    seen, tick = [], made.model.tick

    def watch():
        for channel in ("ar", "aw"):
            if made.model.get(f"m_axi_{channel}valid"):
                seen.append((channel, made.model.get(f"m_axi_{channel}addr")))
        tick()

    made.model.tick = watch
    return seen


def test_a_foreign_list_while_one_runs_is_a_second_start():
    made = bench(latency=20)
    made.start("execute", pack([*chain(8, 1), End()]), LIST)
    for _ in range(100):
        made.cycle()
    made.write("program", made.config.identity ^ 1)
    assert made.read("status") & (BUSY | FAILED) == BUSY  # what runs goes on
    made.write("start", 2)
    error, number = made.until_over()
    assert error == Error.START and 0 < number < 24
    made.write("start", 2)
    assert made.until_over() == (Error.FOREIGN, 0)
    made.write("program", made.config.identity)
    right_run(made)


def test_a_list_runs_to_its_end_whatever_program_becomes():
    made = bench(latency=6)
    made.start("execute", pack([*chain(3, 1), Wait(), End()]), LIST)
    made.write("program", 0)
    while not made.model.get("irq"):
        made.cycle()
    made.write("start", 4)  # behind the WAIT: no start
    assert made.until_over() == (0, 0)
    assert (results(made, 3) == expected(made, 3)).all()


def test_after_a_reset_no_list_starts_before_software_says_for_which_machine_it_is():
    made = bench()
    made.model.reset()
    made.start("execute", pack([*chain(1, 1), End()]), LIST)
    assert made.until_over() == (Error.FOREIGN, 0)
    made.write("program", made.config.identity)
    right_run(made)


@pytest.mark.parametrize("seed", range(3))
def test_a_start_right_behind_the_write_of_program_is_right(seed):
    """The bus as fast as the registers take it: the comparison is there before the start."""
    made = bench(seed=seed)
    made.write("program", 0)
    made.write("execution", LIST)
    packed = pack([*chain(3, 1), End()])
    made.model.memory[LIST : LIST + len(packed)] = list(packed)
    made.model.set("s_axi_bready", 1)
    for register, value in (("program", made.config.identity), ("start", 2)):
        made.model.set("s_axi_awaddr", addresses()[register])
        made.model.set("s_axi_wdata", value)
        made.model.set("s_axi_wstrb", 15)
        for channel in ("aw", "w"):
            made.model.set(f"s_axi_{channel}valid", 1)
        while not made.model.get("s_axi_awready"):
            made.cycle()
        assert made.model.get("s_axi_wready")
        made.cycle()
    for channel in ("aw", "w"):
        made.model.set(f"s_axi_{channel}valid", 0)
    made.cycle()
    made.cycle()
    made.model.set("s_axi_bready", 0)
    assert made.until_over() == (0, 0)
    assert (results(made, 3) == expected(made, 3)).all()
