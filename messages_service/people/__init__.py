"""The local copy of people, fed by users_service."""
