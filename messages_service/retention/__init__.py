"""Retention: messages are removed after a number of days, by place and by conversation."""
