"""An LSTM layer: `lstm` in floating point, `quantised_lstm` in integers."""
