"""Acts for the audit log, which users_service keeps."""
