"""Webhooks and slash commands as they are stored, and the queue of outgoing deliveries."""
