"""Requests of users_service, and its lists; OpenAPI is generated from them."""
