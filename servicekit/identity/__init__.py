"""Who sends a request: tokens, their public keys, and the feed of revocations."""
