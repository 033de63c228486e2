"""What a clock rate asks for: register stages, enables near what they stop, and conditions that come late."""
