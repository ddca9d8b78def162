"""Threads: the replies to a message, and the people who follow them."""
