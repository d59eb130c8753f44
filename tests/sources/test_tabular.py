"""The strict readers: encodings, physical lines, ragged records, casts, templates."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl
import pytest

from sources.contract import SourceError, Table
from sources.tabular import (
    _read_exactly,
    _read_plain,
    cast_strict,
    decode,
    read_csv,
    read_templates,
)


def rows_of(data: bytes, *columns: str, **options: object) -> list[tuple[object, ...]]:
    return read_csv(data, columns, file="f.csv", **options).rows()  # type: ignore[arg-type]


def test_leading_zeros_and_number_like_text_stay_text() -> None:
    assert rows_of(b"code,n\n0301,1e3\n", "code", "n") == [("0301", "1e3", 2)]


def test_an_empty_field_and_an_empty_quoted_field_are_both_empty_text() -> None:
    assert rows_of(b'a,b\n1,\n2,""\n', "a", "b") == [("1", "", 2), ("2", "", 3)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_numbers_are_physical_when_a_quoted_field_holds_newlines_and_lines_are_blank(
    end: bytes,
) -> None:
    data = end.join([b"a,b", b'1,"x', b'y"', b"", b"2,z", b""])
    text = "x" + end.decode() + "y"
    assert rows_of(data, "a", "b") == [("1", text, 2), ("2", "z", 5)]


def test_a_carriage_return_before_the_newline_is_no_part_of_the_last_field() -> None:
    assert rows_of(b'a,b\r\n1,x\r\n2,"y,z"\r\n', "a", "b") == [("1", "x", 2), ("2", "y,z", 3)]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert rows_of(b"\xef\xbb\xbfa,b\n1,2\n", "a") == [("1", 2)]


def test_columns_that_differ_in_case_only_are_distinct_and_unwanted_ones_may_repeat() -> None:
    data = b"MEASURE,Measure,,\nG,R&D,x,y\n"
    assert rows_of(data, "Measure", "MEASURE") == [("R&D", "G", 2)]


@pytest.mark.parametrize(
    ("record", "fields"), [(b"1,2", 2), (b"1,2,3,4", 4), (b'1,"2,3"', 2), (b'"1,2",3,4,5', 4)]
)
def test_a_record_with_too_few_or_too_many_fields_is_refused_with_its_line(
    record: bytes, fields: int
) -> None:
    data = b"a,b,c\n1,2,3\n" + record + b"\n4,5,6\n"
    with pytest.raises(SourceError, match=rf"f\.csv, line 3: The record has {fields} fields"):
        rows_of(data, "a")


def test_one_short_and_one_long_record_do_not_cancel_out() -> None:
    with pytest.raises(SourceError, match="line 2: The record has 2 fields"):
        rows_of(b"a,b,c\n1,2\n1,2,3,4\n", "a")


@pytest.mark.parametrize("record", [b'1,"2', b'1,"2"x', b"1,2\r3"])
def test_quotes_that_do_not_close_and_lone_carriage_returns_are_refused(record: bytes) -> None:
    with pytest.raises(SourceError, match=r"line 3: The record is not well-formed"):
        rows_of(b"a,b\n0,0\n" + record + b"\n9,9\n", "a", "b")


def test_a_wrong_encoding_names_the_byte_its_offset_and_its_line() -> None:
    data = "a,b\n1,é\n".encode("cp1252")
    with pytest.raises(SourceError, match=r"line 2: Byte 0xE9 at offset 6 is not utf-8"):
        rows_of(data, "a")


def test_utf_16_is_refused_where_it_is_not_declared() -> None:
    with pytest.raises(SourceError, match="line 1: Zero bytes"):
        rows_of("a,b\n1,2\n".encode("utf-16-le"), "a")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp950"])
def test_a_declared_encoding_is_recognised_by_content(encoding: str) -> None:
    data = "Area\t台灣".encode(encoding)
    assert decode(data, ("utf-16", "utf-8", "cp950"), file="f") == "Area\t台灣"


def test_a_utf_16_file_cut_in_the_middle_of_a_letter_is_refused() -> None:
    with pytest.raises(SourceError, match="at offset 8 is not utf-16-le"):
        decode("a\nbcd".encode("utf-16-le")[:-1], ("utf-16", "cp1252"), file="f")


def test_a_missing_or_repeated_header_column_is_refused() -> None:
    with pytest.raises(SourceError, match=r"lacks the columns value, year"):
        rows_of(b"area,valu\n1,2\n", "area", "value", "year")
    with pytest.raises(SourceError, match=r"names the column 'a' twice"):
        rows_of(b"a,b,a\n1,2,3\n", "a")


def test_a_header_below_title_lines_is_found_and_lines_are_counted_from_the_top() -> None:
    data = b"A title\n\nof two lines,,\na,b\n1,2\n"
    assert rows_of(data, "a", "b", header_within=6) == [("1", "2", 5)]
    with pytest.raises(SourceError, match="lacks the columns a, b"):
        rows_of(data, "a", "b")


@pytest.mark.parametrize("data", [b"a,b\n", b"a,b", b"a,b\r\n\r\n"])
def test_a_file_without_rows_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match="no rows"):
        rows_of(data, "a")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(SourceError, match="is empty"):
        rows_of(b"", "a")


def test_the_quick_way_agrees_with_the_careful_way_whenever_it_answers() -> None:
    draw = random.Random(20250601)
    fields = ["", "1", "x,y", 'q""q', "é", "a b", '"', "\n", "\r"]
    answered = 0
    for _ in range(3000):
        width = draw.choice([2, 2, 2, 2, 2, 3])
        lines = ["a,b"]
        for _ in range(draw.randint(0, 3)):
            cells = [draw.choice(fields) for _ in range(width)]
            lines.append(",".join(f'"{c}"' if draw.random() < 0.5 else c for c in cells))
        data = draw.choice(["\n", "\r\n"]).join(lines).encode() + draw.choice([b"", b"\n"])
        quick = _read_plain(data, ["b", "a"], ",")
        if quick is None:
            continue
        careful = _read_exactly(data.decode(), ["b", "a"], "f.csv", ",", 1)
        assert quick.rows() == careful.rows(), data
        answered += 1
    assert answered > 300


COLUMNS = {"code": pl.String(), "value": pl.Float64(), "count": pl.Int32()}


def frame_of(code: str = "x", value: str = "1", count: str = "1") -> pl.DataFrame:
    return pl.DataFrame(
        {"code": ["y", code], "value": ["1.5", value], "count": ["1", count], "_source_row": [2, 7]}
    )


def test_empty_fields_become_null_and_every_row_keeps_its_file_and_line() -> None:
    typed = cast_strict(frame_of("", "", ""), COLUMNS, "f.csv")
    assert typed.rows() == [("y", 1.5, 1, "f.csv", 2), (None, None, None, "f.csv", 7)]
    assert typed.schema["count"] == pl.Int32


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("value", "46O7"),
        ("value", "4,607"),
        ("value", "4607 "),
        ("value", "nan"),
        ("value", "inf"),
        ("value", "1e999"),
        ("value", "1_000"),
        ("value", ".."),
        ("count", "1.0"),
        ("count", "l2"),
        ("count", "3000000000"),
    ],
)
def test_a_value_that_is_no_plain_number_is_refused_with_line_column_and_value(
    column: str, value: str
) -> None:
    with pytest.raises(SourceError) as error:
        cast_strict(frame_of(**{column: value}), COLUMNS, "f.csv")
    assert str(error.value).startswith(f"f.csv, line 7, column '{column}': '{value}' cannot be.")


@pytest.mark.parametrize("value", ["-0.5", "+3", "1e3", ".5", "12345678901.123456"])
def test_plain_numbers_of_every_form_are_read_exactly(value: str) -> None:
    typed = cast_strict(frame_of(value=value), COLUMNS, "f.csv")
    assert typed["value"][1] == float(value)


def test_a_column_that_must_be_filled_and_one_whose_emptiness_is_a_value() -> None:
    with pytest.raises(SourceError, match="line 7, column 'code': There is no value"):
        cast_strict(frame_of(""), COLUMNS, "f.csv", never_empty=("code",))
    assert cast_strict(frame_of(""), COLUMNS, "f.csv", keep_empty=("code",))["code"][1] == ""


YEARS = Table("years", {"area": pl.String(), "year": pl.Int32()}, ("area",), "")
FIELDS = Table("fields", {"area": pl.String(), "field": pl.Int32()}, ("area",), "")


def test_a_template_is_known_by_its_header_whatever_the_files_are_called(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text("area,year,remark\nTW,2020,x\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("field,area\n3,TW\n", encoding="utf-8-sig")
    tables = read_templates(sorted(tmp_path.iterdir()), (YEARS, FIELDS))
    assert tables["years"].rows() == [("TW", 2020, "b.csv", 2)]
    assert tables["fields"].rows() == [("TW", 3, "a.csv", 2)]


def test_a_table_without_a_file_and_a_header_of_no_table_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("area,year\nTW,2020\n", encoding="utf-8")
    with pytest.raises(SourceError, match="no file for the table 'fields'"):
        read_templates([path], (YEARS, FIELDS))
    path.write_text("area,jahr\nTW,2020\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.csv, line 1: The header lacks the column year"):
        read_templates([path], (YEARS, FIELDS))
