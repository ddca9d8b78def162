"""People whom a person has blocked: they cannot write to that person directly."""
