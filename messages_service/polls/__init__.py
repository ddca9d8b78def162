"""Polls, their votes and their end."""
