"""How gunicorn serves this service: as all the others, but with green threads."""

from servicekit.serve.gunicorn_conf import *  # noqa: F403

worker_class = "realtime_service.transport.worker.Worker"
