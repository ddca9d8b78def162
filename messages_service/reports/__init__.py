"""Messages that people report to the administrators."""
