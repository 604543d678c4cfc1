"""What a diagnosis consists of: checks with what was seen, and the findings among them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vcxg124m.doctor.facts import Facts

__all__ = ["Check", "Diagnosis", "Finding", "Severity"]


class Severity(str, Enum):
    """How bad a finding is."""

    ERROR = "error"
    """No pictures, or pictures are lost now."""
    WARNING = "warning"
    """Pictures come, but slower than they could, or not for long."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Finding:
    """Something that is wrong, and what mends it.

    Attributes
    ----------
    code
        Its name, which does not change between versions: ``interface-mtu``.
    severity
        "error" or "warning".
    title
        What it is, in a line.
    seen
        What was seen here, with numbers.
    why
        Why it matters.
    remedy
        What to do.
    commands
        The commands that do it on this computer, ready to be copied; empty where a hand is needed.
    """

    code: str
    severity: Severity
    title: str
    seen: str
    why: str
    remedy: str
    commands: tuple[str, ...] = ()

    def __str__(self) -> str:
        command = f" {'; '.join(self.commands)}" if self.commands else ""
        return f"{self.code}: {self.title}. {self.seen} {self.remedy}{command}"


@dataclass(frozen=True)
class Check:
    """One subject that was looked at.

    Attributes
    ----------
    subject
        Such as "packet size".
    seen
        What is there, in a line.
    findings
        What is wrong with it; empty when it is healthy.
    see
        Subject whose finding explains what is wrong here, too; "" for none.
    """

    subject: str
    seen: str
    findings: tuple[Finding, ...] = ()
    see: str = ""


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What was looked at, and what is wrong; it prints as ``vcxg124m doctor`` does.

    Attributes
    ----------
    checks
        Every subject, in the order from the producer to the frames.
    not_checked
        Subjects that could not be looked at, because something before them is wrong.
    facts
        All that was read, for a report.
    """

    checks: tuple[Check, ...]
    not_checked: tuple[str, ...]
    facts: Facts

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong, errors first."""
        found = [finding for check in self.checks for finding in check.findings]
        return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR))

    @property
    def healthy(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def __str__(self) -> str:
        from vcxg124m.doctor.display import as_text  # noqa: PLC0415 - rich would slow every start of a program

        return as_text(self)

    def __repr__(self) -> str:
        return f"<Diagnosis: {', '.join(finding.code for finding in self.findings) or 'nothing is wrong'}>"

    def _repr_html_(self) -> str:
        from vcxg124m.doctor.display import as_html  # noqa: PLC0415 - as above

        return as_html(self)
