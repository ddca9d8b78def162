"""Messages that were forwarded, as they were at that moment."""
