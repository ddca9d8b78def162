"""Rooms and figures for administrators, who see no messages here."""
