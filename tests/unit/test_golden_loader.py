"""The reader of the golden files takes the format of tests/golden/README.md and refuses everything else."""

import pytest
from vcxg_testing.golden import load, parse


def test_an_entry_may_go_on_over_lines_with_comments() -> None:
    text = "# head\nONE = 42 01  # why\n    0080\n\nTWO = ff\n"
    assert parse(text) == {"ONE": bytes([0x42, 0x01, 0x00, 0x80]), "TWO": b"\xff"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ONE = 42 0", "golden text:1: not whole hex bytes"),
        ("ONE = 42 0g", "golden text:1: not whole hex bytes"),
        ("ONE = 42\nONE = 43", "golden text:2: ONE stands there twice"),
        ("    42", "golden text:1: a continuation line stands before the first entry"),
        ("ONE 42", "golden text:1: expected 'NAME = hex bytes'"),
    ],
)
def test_a_typing_error_is_refused_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(text)


def test_the_control_files_entries_have_the_length_that_their_header_says() -> None:
    entries = load("gvcp")
    assert len(entries) > 50
    for name, datagram in entries.items():
        assert int.from_bytes(datagram[4:6], "big") == len(datagram) - 8, name


def test_every_mono12p_vector_packs_three_half_bytes_a_pixel() -> None:
    entries = load("mono12p")
    vectors = [name.removesuffix("_PIXELS") for name in entries if name.endswith("_PIXELS")]
    assert len(vectors) * 2 == len(entries)
    for name in vectors:
        pixels = len(entries[f"{name}_PIXELS"]) // 2
        assert len(entries[f"{name}_PACKED"]) == (3 * pixels + 1) // 2, name


def test_the_stream_files_headers_have_the_length_that_their_id_mode_says() -> None:
    for name, packet in load("gvsp").items():
        assert (packet[4] & 0x80 != 0) == name.endswith("_EXTENDED"), name
        assert packet[4] & 0x7F in {1, 2, 3}, name
