"""What can be done in users_service, one file per noun."""
