"""How Parley is started: on one machine (`local`) and as containers."""
