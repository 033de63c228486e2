"""What an import works with: tensors that know their ONNX axes, the node at hand, the graph so far."""
