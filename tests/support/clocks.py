"""Services whose wall clocks a test can set, all together or one by one."""

import os
import struct
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.support.stack import Stack

SHIFTED_CLOCK = Path(__file__).parent / "shifted_clock"


class ClockStack(Stack):
    """A Stack in which every service has a wall clock of its own."""

    def __init__(self, directory: Path, *, environ: Mapping[str, str]) -> None:
        super().__init__(directory, environ=environ)
        for name, program in self.programs.items():
            changes = {"PYTHONPATH": str(SHIFTED_CLOCK), "PARLEY_CLOCK": str(self._clock(name))}
            self.programs[name] = replace(program, environ={**program.environ, **changes})
            self.processes[name] = self._process(self.programs[name])
            self._clock(name).write_bytes(struct.pack("d", 0))

    def set_clock(self, name: str, hours: float) -> None:
        """Set the service's clock to the real time plus that many hours, at once."""
        with self._clock(name).open("r+b", buffering=0) as file:
            os.pwrite(file.fileno(), struct.pack("d", hours * 3600), 0)

    def set_all_clocks(self, hours: float) -> None:
        for name in self.programs:
            self.set_clock(name, hours)

    def _clock(self, name: str) -> Path:
        return self.directory / f"{name}.clock"
