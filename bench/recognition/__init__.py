"""How well the recogniser reads texts: `python -m bench.recognition`."""
