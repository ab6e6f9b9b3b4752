"""The interleavings of the race table, forced on two nodes of one PostgreSQL."""
