"""SMPP 3.4 as an ESME: codec and session without I/O, and a carrier over raw sockets."""
