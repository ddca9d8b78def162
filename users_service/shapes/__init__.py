"""The JSON of users_service; each shape is defined once.

Answers and feed entries are built from these types, and OpenAPI is generated from them.
"""
