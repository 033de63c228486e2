"""Random legal lists of records for every machine: what runs on golden's machine must run so on the hardware.

================  ==============================================================
`operands`        random integers that an operand of a mode can have
`shapes`          how much an EXEC does
`executions`      EXEC records whose fields are random
`results`         what becomes of their results
`atoms`           what they touch
`layers`          small convolutions
`copies`          LOAD and STORE
`maker`           a list in the making
`lists`           whole lists, and what the machine holds before and after
`more_tokens`     tokens that a list does not need
`faults`          lists with one record that the machine must refuse
`faulty_records`  such records
`faulty_copies`   such records that are LOAD or STORE and leave a memory
`token_faults`    such records that take or give too many tokens
`bus_faults`      bytes of external memory that fail, and the record that is told
================  ==============================================================

Number i of a seed is always the same list.
"""
