"""Random lists of records on whole machines: they leave in all memories what golden's machine leaves.

::

    lowtide fuzz-machine --seed 1 --count 400      # make fuzz

List number i of a seed runs on the flexible machine of a kind of PE, on a bus of random latency and with random stalls
of every channel. Before nine of eleven lists something goes wrong: a record that the machine must refuse, an answer of
the bus that is an error or never comes, a reset in any cycle, by wire or by software, a start while a list runs, a list
for another machine, a deadlock, entries that find no room. Then the error must be told with its record, and the list
that follows must be right. External memory begins at an address of its own for each list.

============  ======================================================
`trial`       what is drawn for a list
`examine`     a list on the machine, against golden
`refused`     lists that must stop with an error
`standing`    lists that stand still until the watchdog tells
`edges`       windows that lists fill to the byte
`entries`     entries that find no room
`told`        what registers and the profile tell
`told_order`  in which order records ran, and what tokens allow
`report`      the table
============  ======================================================
"""
