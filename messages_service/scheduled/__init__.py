"""Scheduled messages: written now, sent for their author at a chosen time."""
