"""How a service starts: its app, errors, JSON, logs, health, metrics and documentation."""
