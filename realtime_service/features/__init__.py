"""Features of the socket besides receiving events, one module for each."""
