"""The gateway owns nothing: pages for people, the browser's session cookie, the API passed on."""
