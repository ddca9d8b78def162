"""Exports: conversations, their people and files as one ZIP that is readable without Parley."""
