"""Changes in users_service, one file per noun."""
