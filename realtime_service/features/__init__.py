"""What clients do over sockets besides receiving events: one module for each feature."""
