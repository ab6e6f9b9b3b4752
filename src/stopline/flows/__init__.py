"""What Stopline does: one function, one transaction."""
