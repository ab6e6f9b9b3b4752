"""Administration: what commands may ask of an installation, and how they reach it."""
