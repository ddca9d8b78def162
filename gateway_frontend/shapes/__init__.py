"""The JSON that the gateway reads from the other services: the fields that it uses, no others.

The services' answers are trusted to have these shapes; more fields reach the templates.
"""
