"""Previews of links: what a linked page calls itself, fetched by the server."""
