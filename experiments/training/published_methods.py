"""The methods of the ISCA tutorial's summary of reduced precision, each as a plan for a network.

====================  =======================  =====  ==============================================  ================
method                bits of weights          data   here                                            published loss
====================  =======================  =====  ==============================================  ================
dynamic fixed point   8                        10     a power-of-two scale a layer                    0.4 (no tuning)
dynamic fixed point   8                        8                                                      0.6 (tuned)
TWN                   2, ends float            32     a scale a layer                                 3.7
TTQ                   2, ends float            32     two trained scales a layer                      0.6
BinaryConnect         1                        32     ±1, batch norms everywhere                      19.2
BWN                   1, ends float            32     a scale a filter                                0.8
BNN                   1                        1      ±1, pictures 8 bit, batch norms everywhere      29.8
XNOR-Net              1, ends float            1      a scale a filter, batch norms before signs      11
LogNet                5 (conv), 4 (linear)     4      base sqrt 2 and base 2, a full scale a layer    3.2
weight sharing        8 (conv), 4 (linear)     16     256 and 16 entries, trained                     0
====================  =======================  =====  ==============================================  ================

Losses are points of top-5 accuracy of AlexNet on ImageNet, quoted without a copy of the table at hand. "Ends float":
the first and last layer have real weights and data. XNOR-Net's scale K of the data, here one positive number a tensor,
is taken on by the batch norm that follows.

Source: Emer, Sze, Chen, Yang, ISCA tutorial 2019, summary of reduced precision; Sze et al., Proc. IEEE 2017, table III.
"""

from typing import Any

from lowtide.golden.number_formats import (
    BinaryConnect,
    BinaryNetwork,
    BinaryWeights,
    Codebook,
    FixedPoint,
    Format,
    Logarithmic,
    TernaryWeights,
    TrainedTernary,
    XnorNet,
)

from .methods import Method

__all__ = ["METHODS"]

_SIGNS = BinaryConnect()  # of data: ±1
_FIXED, _WEIGHTS, _BOTH, _NONLINEAR = "dynamic fixed point", "weights", "weights and data", "non-linear"
_GYSEL = "Gysel, arXiv 1605.06402"


def _same(name: str, category: str, source: str, format: Format, bits: int, **more: Any) -> Method:
    return Method(
        name=name,
        category=category,
        source=source,
        conv=format,
        linear=format,
        conv_bits=bits,
        linear_bits=bits,
        **more,
    )


METHODS = (
    _same(
        "dynamic fixed point 8/10",
        _FIXED,
        _GYSEL,
        FixedPoint(8, power_of_two=True),
        8,
        data=FixedPoint(10, power_of_two=True),
        data_bits=10,
        published=0.4,
        tuned=False,
    ),
    _same(
        "dynamic fixed point 8/8",
        _FIXED,
        _GYSEL,
        FixedPoint(8, power_of_two=True),
        8,
        data=FixedPoint(8, power_of_two=True),
        data_bits=8,
        published=0.6,
    ),
    _same(
        "dynamic fixed point 4/4",
        _FIXED,
        _GYSEL,
        FixedPoint(4, power_of_two=True),
        4,
        data=FixedPoint(4, power_of_two=True),
        data_bits=4,
    ),
    _same("TWN", _WEIGHTS, "Li et al., arXiv 1605.04711", TernaryWeights(), 2, ends_float=True, published=3.7),
    _same("TTQ", _WEIGHTS, "Zhu et al., arXiv 1612.01064", TrainedTernary(), 2, ends_float=True, published=0.6),
    _same(
        "BinaryConnect",
        _WEIGHTS,
        "Courbariaux et al., arXiv 1511.00363",
        BinaryConnect(),
        1,
        normed=True,
        slow=True,
        published=19.2,
    ),
    _same(
        "BWN",
        _WEIGHTS,
        "Rastegari et al., arXiv 1603.05279",
        BinaryWeights(),
        1,
        ends_float=True,
        per_channel=True,
        published=0.8,
    ),
    _same(
        "BNN",
        _BOTH,
        "Courbariaux et al., arXiv 1602.02830",
        BinaryNetwork(),
        1,
        data=_SIGNS,
        data_bits=1,
        normed=True,
        slow=True,
        published=29.8,
    ),
    _same(
        "XNOR-Net",
        _BOTH,
        "Rastegari et al., arXiv 1603.05279",
        XnorNet(),
        1,
        data=_SIGNS,
        data_bits=1,
        ends_float=True,
        per_channel=True,
        normed=True,
        slow=True,
        published=11.0,
    ),
    Method(
        name="LogNet",
        category=_NONLINEAR,
        source="Lee et al., LogNet, ICASSP 2017; arXiv 1603.01025",
        conv=Logarithmic(4, steps=2),
        linear=Logarithmic(3),
        conv_bits=5,
        linear_bits=4,
        data=Logarithmic(4),
        data_bits=4,
        published=3.2,
    ),
    Method(
        name="weight sharing",
        category=_NONLINEAR,
        source="Han et al., arXiv 1510.00149",
        conv=Codebook(256),
        linear=Codebook(16),
        conv_bits=8,
        linear_bits=4,
        data=FixedPoint(16),
        data_bits=16,
        published=0.0,
    ),
)
