"""The gateway: pages for people, the browser's session cookie, and a proxy for the API."""
