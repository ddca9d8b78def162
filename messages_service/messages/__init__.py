"""Sending, editing, deleting and reading messages, and reactions to them."""
