"""Which worker trains a run, by the kind that its record states."""

from typing import TYPE_CHECKING, Any

from ganlab.jobs.folder import RunFolder
from ganlab.jobs.info import SUPERRES

if TYPE_CHECKING:
    from ganlab.jobs.superres_worker import SuperresWorker


def worker_of_kind(
    record: RunFolder, device: str = "auto", on_step: Any = None
) -> "SuperresWorker | None":
    """The worker of a run that trains something else than a GAN from noise; else None."""
    if record.facts().get("kind") != SUPERRES:
        return None
    from ganlab.jobs.superres_worker import SuperresWorker  # pictures' libraries, for it alone

    return SuperresWorker(record, on_step, device)
