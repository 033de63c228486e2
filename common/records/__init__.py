"""The records of the machine: the words that software writes into memory and the machine executes, stated once.

================================  =============================================================
`lowtide.common.records.field`    a field of a word: bits, sign, range, meaning
`lowtide.common.records.record`   what all records share: the header, packing to bytes and back
`lowtide.common.records.execute`  the record of a layer: `Exec`
`lowtide.common.records.kinds`    the others: `Load`, `Store`, `Wait`, `End`; lists of records
`lowtide.common.records.entries`  entries of the parameter and the tap memory
`lowtide.common.records.errors`   codes of the machine's errors
`lowtide.common.records.tables`   the fields as Markdown
================================  =============================================================

What records mean is stated twice: in `lowtide.golden.machine` and in the hardware.
"""
