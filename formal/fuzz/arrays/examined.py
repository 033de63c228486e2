"""What came of a random configuration."""

from dataclasses import asdict, dataclass, field

__all__ = ["Examined", "Fields", "Finding"]

Fields = dict[str, object]  #: of a configuration, legal or not, by name


@dataclass(frozen=True)
class Finding:
    """What is wrong with a configuration.

    Parameters
    ----------
    stage : str
        What was being looked at.
    line : str
        What was found.
    """

    stage: str
    line: str


@dataclass
class Examined:
    """What came of a configuration.

    Parameters
    ----------
    number : int
        Of the seed.
    fields : dict of str to a value
        Of the configuration.
    outcome : str
        "refused" (in one line), "emitted" (too large to compute with), "computed" or "found".
    findings : list of Finding
        What is wrong.
    modes, words, jobs, products : int
        Different modes of jobs, words of the job stream, jobs and multiplications that agreed.
    seconds : float
        Of processor time, its share of a library.
    """

    number: int
    fields: Fields
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

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong."""
        return bool(self.findings)

    def record(self) -> dict[str, object]:
        """The fields as JSON has them, seconds to two places."""
        return asdict(self) | {"seconds": round(self.seconds, 2)}
