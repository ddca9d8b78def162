"""Pinned messages of a conversation."""
