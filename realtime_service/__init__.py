"""Owns nothing durable: open sockets, presence and typing."""
