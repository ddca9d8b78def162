"""How a service stores: databases, migrations, and the outbox of events."""
