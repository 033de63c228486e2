"""What is measured of a quantised network: scores, agreement with the float one, paired differences, reserved pairs."""
