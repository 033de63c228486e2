"""What is proved: the arithmetic of encoders, PEs and post-processing, each unit beside its definition."""
