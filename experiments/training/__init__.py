"""Training of networks and of their quantised, pruned and smaller forms, in PyTorch (the extra ``experiments``).

================================================  ====================================================================
`lowtide.experiments.training.fine_tune`          the loop: a graph, data and a recipe to a trained graph and its plan
`lowtide.experiments.training.recipe`             how long, how fast; distillation and pruning on the way
`lowtide.experiments.training.network`            a `Graph` as PyTorch tensors, forward as golden quantises it
`lowtide.experiments.training.weights`            trained weights of a layer: real, straight through, TTQ, shared
`lowtide.experiments.training.batch_norms`        batch norms for networks that have none, and their weights folded
`lowtide.experiments.training.retrained`          what training returns, exact in NumPy, and how it is kept
`lowtide.experiments.training.methods`            a method of reduced precision as a plan for a network
`lowtide.experiments.training.published_methods`  those of the ISCA tutorial
`lowtide.experiments.training.tuned`              a network rounded with a method, or fine-tuned with it and kept
`lowtide.experiments.training.exit_head`          the classifier of an early exit
`lowtide.experiments.training.small_cnn`          the small convolutional network for MNIST and Fashion-MNIST
================================================  ====================================================================
"""
