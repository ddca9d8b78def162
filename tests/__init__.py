"""Parley's tests: a mirror of the tree, plus journeys, contracts, architecture, chaos and cluster."""
