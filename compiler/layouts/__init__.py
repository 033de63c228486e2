"""Where tensors, weights and pictures lie in memories, and the copies between these.

===========================================  =====================================================================
`lowtide.compiler.layouts.layout`            where the values of a tensor lie in the feature memory
`lowtide.compiler.layouts.weights`           weights as words of the weight memory
`lowtide.compiler.layouts.tensor_weights`    a computed tensor as weights
`lowtide.compiler.layouts.matrices`          matrices in a tensor: heads, side by side or in rows
`lowtide.compiler.layouts.transfers`         copies of tensors and parts of them
`lowtide.compiler.layouts.pictures`          pictures as a host has them, and their copies
`lowtide.compiler.layouts.unfold`            pictures and weights of first layers of few channels
===========================================  =====================================================================
"""
