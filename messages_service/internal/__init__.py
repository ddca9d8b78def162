"""Paths for the other services."""
