"""The tables of users_service, one module for each concept."""
