"""Members of conversations and their rights; used by the other concepts."""
