"""Drafts: what a person has written in a conversation or a thread and not sent yet."""
