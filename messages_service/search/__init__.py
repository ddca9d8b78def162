"""Search over all that the caller may read."""
