"""Shared by all tests: real servers on free ports, browsers, and the cast."""
