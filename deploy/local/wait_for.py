"""Runs a Python module once a file is there: python -m deploy.local.wait_for FILE MODULE."""

import runpy
import sys
import time
from pathlib import Path


def main() -> None:
    path, module = Path(sys.argv[1]), sys.argv[2]
    while not path.exists():
        time.sleep(0.2)
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
