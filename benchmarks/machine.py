"""What benchmarks say of the machine that they ran on."""

import platform
from pathlib import Path


def processor():
    """The processor's name as Linux tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()
