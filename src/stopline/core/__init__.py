"""What Stopline decides. Pure: no clock, no randomness, no input or output."""
