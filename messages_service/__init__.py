"""messages_service owns conversations, memberships, messages and the event log."""
