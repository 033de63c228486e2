"""What came of a random configuration."""

from dataclasses import asdict, dataclass, field

__all__ = ["Examined", "Finding"]


@dataclass(frozen=True)
class Finding:
    """What is wrong with a configuration. stage: what was being looked at. line: what was found."""

    stage: str
    line: str


@dataclass
class Examined:
    """What came of a configuration.

    number: of the seed. fields: of the configuration. outcome: "refused" (in one line), "emitted" (too large to compute
    with), "computed" or "found". findings: what is wrong. modes, words, jobs, products: different modes of jobs, words
    of the job stream, jobs and multiplications that agreed. seconds: of processor time, its share of a library.
    """

    number: int
    fields: dict[str, object]
    outcome: str = ""
    findings: list[Finding] = field(default_factory=list)
    modes: int = 0
    words: int = 0
    jobs: int = 0
    products: int = 0
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """The kind of PE that was asked for."""
        return str(self.fields.get("kind", "parallel"))

    def record(self) -> dict[str, object]:
        """The fields as JSON has them, seconds to two places."""
        return asdict(self) | {"seconds": round(self.seconds, 2)}
