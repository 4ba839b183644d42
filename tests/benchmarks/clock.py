"""The clock of the benchmarks: processor time, which other work on the machine changes least."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def processor_time() -> float:
    """Processor time of this process and of its finished children [s] (on Windows without the children's)."""
    try:
        import resource
    except ImportError:
        children = 0.0
    else:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = used.ru_utime + used.ru_stime
    return time.process_time() + children


def seconds(call: Callable[[], object]) -> float:
    """Time one call [s]."""
    start = processor_time()
    call()
    return processor_time() - start
