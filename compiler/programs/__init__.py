"""Whole networks as programs: made, written to folders, read back and run.

===========================================  =====================================================================
`lowtide.compiler.programs.compiled`         a network as a program
`lowtide.compiler.programs.base_mode`        the mode that layers run in where a network does not say more
`lowtide.compiler.programs.external`         tensors in external memory, and what their codes stand for
`lowtide.compiler.programs.host_step`        a step that the host computes
`lowtide.compiler.programs.stated`           values as JSON states them
`lowtide.compiler.programs.folder`           a program as a folder
`lowtide.compiler.programs.c_sources`        its addresses and codes for hosts in C, an example, the driver
`lowtide.compiler.programs.samples`          what a network sees: arrays and pictures from files
`lowtide.compiler.programs.running`          a program on golden's machine and on the RTL
===========================================  =====================================================================
"""
