"""Rooms, figures and acts for administrators."""
