"""Owns people: their accounts, passwords, sessions, API tokens, invites and pictures."""
