"""Faults under load, and what must hold all the same: acknowledged = stored = seen once by all."""
