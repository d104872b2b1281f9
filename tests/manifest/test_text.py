import pytest

from sprintbot.manifest.text import Text, quoted


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("lines: >= 150", 'lines: ">= 150"'),
        ("  - >= 150  # many", '- ">= 150"'),
        ("status: !=200", 'status: "!=200"'),
        ("a: 'b'", 'a: "b"'),
        ("# only", '"..."'),
        ("", '"..."'),
    ],
)
def test_a_line_is_shown_as_it_would_be_right(line, right):
    assert quoted(line) == right


def test_a_byte_has_a_line_and_a_column_of_characters():
    text = Text("ü: ä\r\nß: x")
    assert text.place_of_byte(len("ü: ".encode())) == (0, 3)
    assert text.place_of_byte(len("ü: ä\r\nß".encode())) == (1, 1)


def test_a_line_past_the_end_is_empty():
    assert Text("a\nb").line(1) == "b"
    assert Text("a\nb").line(2) == ""
