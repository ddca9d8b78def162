"""Notifications: the rule for them, and the ways to a person: open pages, Web Push, e-mail."""
