"""Reads: pages, the log, unread counts, and who may see what."""
