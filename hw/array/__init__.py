"""The engine: an array of PEs with its edges, sequencer and streams."""
