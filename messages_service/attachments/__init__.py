"""Files: uploaded, described, downloaded, and attached to messages."""
