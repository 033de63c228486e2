"""The layers of a program alone on the RTL: each with its own records, from golden's memories in front of it.

==============================================  =========================================================
`lowtide.compiler.programs.layers.part`         a layer's records as a list of its own
`lowtide.compiler.programs.layers.states`       golden's memories before and behind each layer
`lowtide.compiler.programs.layers.reads`        what records read of them
`lowtide.compiler.programs.layers.copies`       what is wanted of a memory, as LOADs and STOREs
`lowtide.compiler.programs.layers.differences`  in what memories are not golden's, with tensor and record
`lowtide.compiler.programs.layers.alone`        a layer on the RTL: loaded, run, compared, kept
`lowtide.compiler.programs.layers.running`      layers in worker processes
`lowtide.compiler.programs.layers.chosen`       which layers: ``--layers``
`lowtide.compiler.programs.layers.report`       what is written and shown of them
==============================================  =========================================================
"""
