"""A diagnosis as a file for a bug report: Markdown, or a zip file with the data beside it."""

from __future__ import annotations

import dataclasses
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from vcxg124m.doctor.finding import Diagnosis

__all__ = ["as_dict", "as_json", "as_markdown", "write"]


def as_dict(diagnosis: Diagnosis) -> dict[str, object]:
    """Return all of a diagnosis as plain values."""
    return {
        "healthy": diagnosis.healthy,
        "findings": [dataclasses.asdict(finding) for finding in diagnosis.findings],
        "checks": [
            {"subject": check.subject, "seen": check.seen, "see": check.see} for check in diagnosis.checks
        ],
        "not_checked": diagnosis.not_checked,
        "facts": dataclasses.asdict(diagnosis.facts),
    }


def as_json(diagnosis: Diagnosis) -> str:
    """Return all of a diagnosis as JSON."""
    return json.dumps(as_dict(diagnosis), indent=2, default=str, ensure_ascii=False)


def as_markdown(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as a page to be read: findings first, then what was looked at, then all facts."""
    facts = diagnosis.facts
    lines = ["# vcxg124m doctor", ""]
    lines += [f"- {name} {version}" for name, version in facts.host.versions.items()]
    lines += ["", "## Findings", ""]
    for finding in diagnosis.findings:
        lines += [f"### {finding.severity}: {finding.title} (`{finding.code}`)", ""]
        lines += [f"- Seen: {finding.seen}", f"- Why it matters: {finding.why}", f"- Do: {finding.remedy}"]
        lines += [f"  - `{command}`" for command in finding.commands] + [""]
    lines += [] if diagnosis.findings else ["None.", ""]
    lines += ["## Looked at", "", "| Subject | Seen |", "|---|---|"]
    lines += [f"| {check.subject} | {check.seen} |" for check in diagnosis.checks]
    lines += [f"| {subject} | not looked at |" for subject in diagnosis.not_checked]
    return "\n".join([*lines, "", "## Facts", "", "```json", as_json(diagnosis), "```", ""])


def write(diagnosis: Diagnosis, path: str | os.PathLike[str]) -> None:
    """Write a report; ``.zip`` has the page and the data as files, anything else is the page.

    It names the computer's interfaces, addresses and firewall rules and the camera's settings. It has no contents of
    files, no passwords, no other environment variables than the package's own, and no image.

    Raises
    ------
    OSError
        It cannot be written.
    """
    place = Path(path)
    if place.suffix.lower() != ".zip":
        place.write_text(as_markdown(diagnosis), encoding="utf-8")
        return
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.md", as_markdown(diagnosis))
        archive.writestr("diagnosis.json", as_json(diagnosis))
