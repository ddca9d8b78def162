"""Reads, one module for each concept."""
