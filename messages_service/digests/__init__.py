"""E-mail digests: missed mentions and direct messages, in at most one e-mail per person and day."""
