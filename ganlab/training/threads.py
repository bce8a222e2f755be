"""How many threads a computation gets: the cores that nobody else uses at this moment."""

import os


def free_threads(own: int = 0) -> int:
    """Cores without work, by the load of the last minute; at least 1, and 1 if it is unknown.

    `own` threads of the load are one's own. On a busy machine one thread is faster than two: the
    threads of one step wait for each other, and a neighbour that holds a core holds them all.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    try:
        load = os.getloadavg()[0]
    except (OSError, AttributeError):  # Windows knows no load
        return 1
    return max(1, min(cores or 1, round((cores or 1) - max(load - own, 0.0))))


def use_free_threads(own: int = 0) -> None:
    """Have torch compute with as many threads as there are free cores; see `free_threads`."""
    import torch

    torch.set_num_threads(free_threads(own))
