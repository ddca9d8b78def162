"""Who is in a conversation, and who may do what there; used by the other concepts."""
