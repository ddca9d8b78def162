"""Rooms, groups and direct conversations: their members, log and read markers."""
