"""Random legal lists of records for every machine: what runs on golden's machine must run so on the hardware.

==============  =======================================================
`operands`      random integers that an operand of a mode can have
`executions`    EXEC records whose fields are random, and legal
`lists`         whole lists, with all that external memory holds
==============  =======================================================

Number i of a seed is always the same list.
"""
