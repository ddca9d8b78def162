"""Webhooks and slash commands at work: what comes in, what goes out, who manages them."""
