"""The contract, line by line, at both doors of a running Parley."""
