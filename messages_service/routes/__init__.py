"""One blueprint per resource: parse, one action or query, answer."""
