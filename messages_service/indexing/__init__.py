"""The search index: what is stored of each message, in the message's own transaction."""
