"""Decision records are found by their number: each has one of its own and says it in its title."""

import re
from pathlib import Path

RECORDS = sorted((Path(__file__).parents[2] / "docs" / "decisions").glob("[0-9]*.md"))


def test_every_decision_record_has_a_number_of_its_own_and_says_it() -> None:
    numbers = [int(record.name[:4]) for record in RECORDS]
    assert numbers == sorted(set(numbers))
    titled = [re.match(r"# (\d+)\. \S", record.read_text(encoding="utf-8")) for record in RECORDS]
    assert [
        int(title[1]) if title else record.name for title, record in zip(titled, RECORDS, strict=True)
    ] == numbers
