"""Eliza: an account that answers direct messages and mentions, through the public API alone."""
