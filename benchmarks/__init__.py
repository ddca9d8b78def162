"""Measurements of Parley and of other programs beside it; `make bench` writes RESULTS.md."""
