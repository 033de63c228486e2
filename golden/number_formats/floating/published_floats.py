"""Small floating-point formats with names of their own.

================  ========  ========  =============================================================================
E4M3, E5M2        8 bits    448,      OCP 8-bit Floating Point Specification (OFP8) v1.0; Micikevicius et al., arXiv
                            57344     2209.05433
E2M1, E3M2, E2M3  4, 6, 6   6, 28,    OCP Microscaling Formats (MX) Specification v1.0, elements of MXFP4 and MXFP6
                            7.5
FLOAT16           16 bits   65504     IEEE 754 binary16
BFLOAT16          16 bits   3.39e38   the upper half of IEEE 754 binary32
MS_FP8, MS_FP9    8, 9      57344,    Chung et al., Serving DNNs in Real Time at Datacenter Scale with Project
                            61440     Brainwave, IEEE Micro 38(2), 2018: 5 exponent bits, 2 and 3 mantissa bits. Bias
                                      and specials are not published; read here as binary16 with a shorter mantissa
================  ========  ========  =============================================================================
"""

from .small_float import SmallFloat

__all__ = ["BFLOAT16", "E2M1", "E2M3", "E3M2", "E4M3", "E5M2", "FLOAT16", "MS_FP8", "MS_FP9"]

E4M3 = SmallFloat(4, 3, specials="nan", title="fp8 e4m3")
E5M2 = SmallFloat(5, 2, title="fp8 e5m2")
E2M1 = SmallFloat(2, 1, specials="none", title="fp4 e2m1")
E3M2 = SmallFloat(3, 2, specials="none", title="fp6 e3m2")
E2M3 = SmallFloat(2, 3, specials="none", title="fp6 e2m3")
FLOAT16 = SmallFloat(5, 10, title="float16")
BFLOAT16 = SmallFloat(8, 7, title="bfloat16")
MS_FP8 = SmallFloat(5, 2, title="ms-fp8")
MS_FP9 = SmallFloat(5, 3, title="ms-fp9")
