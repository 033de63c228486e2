"""What a job may ask for: the mode word, storage formats of weights, reasons of refusals."""
