"""Webhooks and slash commands: managing, receiving, delivering."""
