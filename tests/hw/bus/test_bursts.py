"""How requests are cut: no burst crosses 4 KB, proved; together they are the request."""

import pytest
from amaranth.sim import Simulator

from lowtide.hw.bus.bursts import Bursts
from lowtide.hw.bus.bursts_ahead import BurstsAhead

from induction import holds

SIZES = [(32, 256), (64, 256), (128, 256), (256, 256), (64, 16)]


def rule(bus_bits, invariant="if (begun) assert(held != 0);", anew="1'b0"):
    """In every cycle, of any request of at least one beat: the burst's first and last byte are in one page of 4 KB."""
    lowest = (bus_bits // 8).bit_length() - 1
    address = 32 - lowest
    return f"""
  wire [31:0] m_first = {{burst_data[{address - 1}:0], {lowest}'d0}};
  wire [32:0] m_last = m_first + ((burst_data[{address + 7}:{address}] + 33'd1) << {lowest}) - 33'd1;
  always @* assume(request_data[{address + 29}:{address}] != 0);
  reg [{address + 29}:0] m_request; reg m_waits;
  wire m_anew = {anew};
  always @(posedge clk) begin
    m_request <= request_data; m_waits <= request_valid & ~request_ready & ~m_anew & ~rst;
  end
  always @* if (m_anew) assume(!begun);
  always @* if (m_waits) assume(request_valid && request_data == m_request);
  always @* if (burst_valid) assert(m_first[31:12] == m_last[31:12] && !m_last[32]);
  always @* {invariant}
"""


@pytest.mark.parametrize("bus_bits, most", SIZES)
def test_no_burst_crosses_a_boundary_of_4096_bytes(bus_bits, most):
    assert holds(Bursts("bursts", bus_bits, most), rule(bus_bits)) is True


def ahead_rule(bus_bits, most):
    """The same where the next burst is a register: it is known of that what it is when it comes there."""
    longest, address = min(most, 4096 * 8 // bus_bits), 32 - (bus_bits // 8).bit_length() + 1
    invariant = f"""begin
    if (anew) assume(!burst_ready);
    if (burst_valid) assert(beats != 0 && beats <= {longest} && beats <= left);
    if (burst_valid) assert(burst_data[{address + 8}] == (burst_data[{address + 7}:{address}] + 30'd1 == left));
    if (burst_valid) assert(burst_data[{longest.bit_length() - 2}:0] + burst_data[{address + 7}:{address}] < {longest});
  end"""
    return rule(bus_bits, invariant, anew="anew")


@pytest.mark.parametrize("bus_bits, most", SIZES)
def test_no_burst_that_is_known_ahead_does(bus_bits, most):
    assert holds(BurstsAhead("bursts", bus_bits, most), ahead_rule(bus_bits, most)) is True


def test_the_proof_of_those_can_fail():
    longer = BurstsAhead("bursts", 128, 256)
    longer.longest = 512  # 8 KB
    assert holds(longer, ahead_rule(128, 512)) is False


def test_the_proof_can_fail():
    longer = Bursts("bursts", 128)
    longer.longest = 512  # 8 KB
    assert holds(longer, rule(128)) is False


@pytest.mark.parametrize("cut", [Bursts, BurstsAhead])
@pytest.mark.parametrize("bus_bits, most", [(32, 256), (256, 256), (64, 16)])
def test_bursts_are_the_request(cut, bus_bits, most):
    unit, longest = cut("bursts", bus_bits, most), min(most, 4096 * 8 // bus_bits)
    simulator = Simulator(unit)
    simulator.add_clock(1e-6)

    async def bench(ctx):
        ctx.set(unit.burst.ready, 1)
        for start, beats in [(0, 1), (longest - 1, 1), (longest - 1, 2), (5, 3 * longest), (77, longest), (0, 1000)]:
            ctx.set(unit.request.valid, 1)
            ctx.set(unit.request.payload, {"address": start, "beats": beats})
            covered = []
            if cut is BurstsAhead:
                assert not ctx.get(unit.burst.valid) and not ctx.get(unit.request.ready)
                await ctx.tick()
            for _ in range(beats):
                assert ctx.get(unit.burst.valid)
                burst = ctx.get(unit.burst.payload)
                covered += range(burst.address, burst.address + burst.length + 1)
                taken = ctx.get(unit.request.ready)
                assert burst.last == taken and burst.length < longest
                await ctx.tick()
                if taken:
                    break
            assert covered == list(range(start, start + beats))

    simulator.add_testbench(bench)
    simulator.run()
