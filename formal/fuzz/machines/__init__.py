"""Random lists of records on whole machines: they leave in all memories what golden's machine leaves.

::

    lowtide fuzz-machine --seed 1 --count 400      # make fuzz

List number i of a seed runs on the flexible machine of a kind of PE, on a bus of random latency and with random stalls
of every channel. Before every other list something goes wrong: a record that the machine must refuse, an answer of the
bus that is an error, a reset in any cycle, a start while a list runs, a list for another machine. Then the error must
be told with its record, and the list that follows must be right. External memory begins at an address of its own for
each list.

=========  ======================================================
`trial`    what is drawn for a list
`examine`  a list on the machine, against golden
`told`     what its registers and its profile tell
`report`   the table
=========  ======================================================
"""
