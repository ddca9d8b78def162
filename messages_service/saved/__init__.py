"""Messages that a person saved for themselves."""
