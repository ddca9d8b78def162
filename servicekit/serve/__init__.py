"""How a service runs: gunicorn, its worker, and the container health check."""
