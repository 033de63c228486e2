"""Training of networks and of their quantised, pruned and smaller forms, in PyTorch (the extra ``experiments``).

======================================  ===============================================================================
`experiments.training.fine_tune`        the loop: a graph, data and a recipe to a trained graph and its plan
`experiments.training.recipe`           how long, how fast; distillation and pruning on the way
`experiments.training.network`          a `golden.network.Graph` as PyTorch tensors, forward as golden quantises it
`experiments.training.weights`          trained weights of a layer: real, straight through, TTQ, shared
`experiments.training.batch_norms`      batch norms for networks that have none, and their weights folded
`experiments.training.retrained`        what training returns, exact in NumPy, and how it is kept
`experiments.training.small_cnn`        the small convolutional network for MNIST and Fashion-MNIST
======================================  ===============================================================================
"""
