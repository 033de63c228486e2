"""cocotb bench: every value through a stand-alone HESE encoder, against the golden digit planes."""

import cocotb
import numpy as np
from cocotb.triggers import Timer

from lowtide import golden
from lowtide.sim.cocotb.run import parameters


@cocotb.test()
async def every_value_has_its_digits(dut):
    bits, both = parameters()["bits"], len(parameters()["types"]) == 2
    for kind in parameters()["types"]:
        is_signed = kind == "signed"
        least = -(1 << bits - 1) if is_signed else 0
        values = np.arange(least, least + (1 << bits))
        planes = golden.digits(values, "hese", bits=bits, signed=is_signed)
        weights = 1 << np.arange(planes.shape[1], dtype=np.int64)
        nonzero, negative = (planes != 0) @ weights, (planes < 0) @ weights
        if both:
            dut.value_signed.value = is_signed
        for value, plus_minus, minus in zip(values.tolist(), nonzero.tolist(), negative.tolist(), strict=True):
            dut.value.value = value & (1 << bits) - 1
            await Timer(1, unit="ns")
            assert (int(dut.nonzero.value), int(dut.negative.value)) == (plus_minus, minus), f"{kind} {value}"
