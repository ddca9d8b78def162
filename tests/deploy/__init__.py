"""Starting Parley on one machine."""
