"""Use cases in domain words: store, then announce."""
