"""Parley's tests: a mirror of the tree, and journeys, contracts, architecture, cluster."""
