"""Steps that a machine refuses."""

__all__ = ["StepRefused"]


class StepRefused(ValueError):
    """A machine cannot run a step; the line names it.

    Parameters
    ----------
    step : str
        Its name, or that of a copy.
    reason : str
    for_host : bool
        Whether the host could compute it.
    """

    def __init__(self, step: str, reason: str, *, for_host: bool) -> None:
        self.step, self.reason, self.for_host = step, reason, for_host
        super().__init__(f"layer {step}: {reason}{'; --host leaves it to the host' if for_host else ''}")
