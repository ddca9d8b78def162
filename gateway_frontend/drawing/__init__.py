"""How pages show conversations: rows, notes, names, times and files."""
