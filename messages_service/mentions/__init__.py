"""Mentions of people and of all members, stored with their messages."""
