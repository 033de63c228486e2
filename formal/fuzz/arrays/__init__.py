"""Random configurations: each is refused in one line, or its Verilog is clean and computes exactly.

::

    lowtide fuzz --seed 1 --count 1000      # make fuzz

Where a proof says something of all inputs of one unit, this says something of some inputs of any configuration. Every
field of :class:`lowtide.hw.config.array_config.ArrayConfig` is drawn at random, over its range and somewhat beyond.
What is refused must be refused by a ``ValueError`` of one line that names a field, its value and what is allowed. What
is not must

- become Verilog that Yosys checks (``check -assert``) and Verilator lints without a message,
- accept the same mode words as golden and as the Python statement, and give the stated reason for every other,
- compute random jobs in random modes, back to back and while every stream stalls at random, as golden computes them,
- take the stated number of cycles where operands are always offered and results always taken.

================  =========================================================================
`draw`            the fields of configuration number i of a seed
`refusals`        whether the message of a refusal is one that a user can act on
`statement`       the reason of the error flag that the Python statement gives a job word
`jobs`            random modes, operands and exponents, as words of the streams
`shared_library`  Verilog, checks, and one shared library of many engines
`engine`          one engine of a library, driven by the words of its streams
`compare`         an engine against its statements: reasons, results, cycles
`examine`         everything above for a batch of configurations
`examined`        what was found
`shrink`          a smaller configuration with the same finding
`results`         the table
================  =========================================================================

Number i of a seed is always the same configuration with the same jobs.
"""
