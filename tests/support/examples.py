"""How many generated examples a property test tries: few in `make test`, more in `test-all`."""

import os


def examples(count: int) -> int:
    """`count` times EXAMPLES_FACTOR, which `make test-all` raises."""
    return count * int(os.environ.get("EXAMPLES_FACTOR") or 1)
