"""The simulated mobile world: a party of its own, on the far side of a stream socket."""
