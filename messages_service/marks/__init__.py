"""A person's own marks on their conversations: read, unread, starred, muted, what notifies."""
