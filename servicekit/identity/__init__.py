"""The identity of a caller: tokens, their public keys, and the feed of revocations."""
