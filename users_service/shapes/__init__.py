"""The JSON of users_service, each written down once.

Answers and feed entries are built from these types, and OpenAPI is generated from them.
"""
