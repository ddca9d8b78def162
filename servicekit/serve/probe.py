"""A container's health check (`python -m servicekit.serve.probe`): does the service answer?"""

import http.client
import os
import sys


def main() -> int:
    """0 when `/healthz` answers 200."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        return 0 if connection.getresponse().status == http.client.OK else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
