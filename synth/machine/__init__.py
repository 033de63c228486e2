"""What a whole machine takes: ``lowtide price-machine``.

=========================================  ===================================================================
`lowtide.synth.machine.modules`            every module of a unit by itself, memories aside
`lowtide.synth.machine.rooms`              which modules make the array, which the post-processing, and so on
`lowtide.synth.machine.memories`           memories in bits, and in the block RAM that synthesis makes of them
`lowtide.synth.machine.priced`             all of it of one machine
`lowtide.synth.machine.sharing`            area and cycles where rows share a requantiser
`lowtide.synth.machine.sharing_section`    what the page says of that
`lowtide.synth.machine.sharing_picture`    its picture
`lowtide.synth.machine.behind`             what may be built behind an array, in variants
`lowtide.synth.machine.report`             the page
`lowtide.synth.machine.command`            ``lowtide price-machine``
=========================================  ===================================================================
"""
