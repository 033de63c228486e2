"""What fitting a format to real numbers takes: ranges, scales, blocks with parameters of their own."""
