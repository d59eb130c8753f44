"""Layouts of small made-up tables; the shipped edition's are in test_exports."""

import duckdb
import pytest

from publication.layout import (
    CellKey,
    LabelCell,
    NumberCell,
    TextCell,
    cell_address,
    locate,
    plain,
    read_layout,
    sheet_name,
    table_of_sheet,
)
from publication.release import PublicationError

RLO = "\u202e"


def book(cells, columns, rows, *, side_by_side=False, texts=(), suffix="", notes=""):
    """A database with one table.

    cells: (row_no, row_key, period, measure, value, printed_as, status); columns: (measure, period,
    header); rows: (row_no, row_key, label levels); texts: (row_no, row_key, period, measure,
    position, header, text).
    """
    connection = duckdb.connect()
    connection.execute(
        "create table book_table as select '2025-26' as edition, 'T1' as table_id, 1 as position, "
        "'表1' as number_zh, 'Table 1' as number_en, '題' as title_zh, 'Title' as title_en, "
        "'件' as unit_zh, 'items' as unit_en, '某機關' as source_zh, 'Someone' as source_en, "
        "$notes as notes_zh, $notes as notes_en, 7 as page, '國家' as label_header_zh, "
        "'Country' as label_header_en, $side as is_side_by_side",
        {"side": side_by_side, "notes": notes},
    )
    connection.execute(
        "create table book_row (table_id text, row_no integer, row_key text, "
        "label_levels_zh text, label_levels_en text)"
    )
    for row_no, key, label in rows:
        connection.execute(
            "insert into book_row values ('T1', ?, ?, ?, ?)", [row_no, key, label, label]
        )
    connection.execute(
        "create table book_column (table_id text, measure text, period text, position integer, "
        "header_zh text, header_en text)"
    )
    for position, (measure, period, header) in enumerate(columns, 1):
        connection.execute(
            "insert into book_column values ('T1', ?, ?, ?, ?, ?)",
            [measure, period, position, header, header],
        )
    connection.execute(
        "create table book_measure (table_id text, measure text, decimals integer, style text, "
        "suffix text, unit_zh text, unit_en text, label_zh text, label_en text)"
    )
    for measure in dict.fromkeys(measure for measure, _, _ in columns):
        connection.execute(
            "insert into book_measure values ('T1', ?, 0, 'number', ?, '件', 'items', ?, ?)",
            [measure, suffix, f"{measure}標", f"{measure} label"],
        )
    connection.execute(
        "create table book_cell (table_id text, row_no integer, row_key text, period text, "
        "measure text, value double, printed_as text, status text)"
    )
    for cell in cells:
        connection.execute("insert into book_cell values ('T1', ?, ?, ?, ?, ?, ?, ?)", list(cell))
    connection.execute(
        "create table book_text (table_id text, row_no integer, row_key text, period text, "
        "measure text, position integer, header_zh text, header_en text, text_zh text, "
        "text_en text)"
    )
    for row_no, key, period, measure, position, header, text in texts:
        connection.execute(
            "insert into book_text values ('T1', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [row_no, key, period, measure, position, header, header, text, text],
        )
    return connection


def shown(layout):
    return [
        [
            None if cell is None else getattr(cell, "text", getattr(cell, "shown_as", ""))
            for cell in row.cells
        ]
        for row in layout.body
    ]


def header(layout):
    return [
        [(cell.text, cell.column, cell.column_span, cell.row_span) for cell in row]
        for row in layout.header
    ]


def ranked_lists(second_list):
    cells = [
        (row_no, key, period, measure, float(value), str(value), "")
        for period, keys in (("2024", ["IND", "CHN"]), ("2035", second_list))
        for row_no, key in enumerate(keys, 1)
        for measure, value in (("rank", row_no), ("population", 100 * row_no))
    ]
    columns = [
        (measure, period, f"{period}年 > {name}")
        for period in ("2024", "2035")
        for measure, name in (("rank", "排名"), ("population", "人口"))
    ]
    rows = [(n, k, {"IND": "印度", "CHN": "中國大陸"}[k]) for n in (1, 2) for k in ("IND", "CHN")]
    return book(cells, columns, rows, side_by_side=True)


def test_side_by_side_lists_have_their_own_labels_after_the_rank():
    layout = read_layout(ranked_lists(["CHN", "IND"]), "T1", "zh")
    assert shown(layout) == [
        ["1", "印度", "100", "1", "中國大陸", "100"],
        ["2", "中國大陸", "200", "2", "印度", "200"],
    ]
    assert header(layout) == [
        [("2024年", 0, 3, 1), ("2035年", 3, 3, 1)],
        [(t, c, 1, 1) for c, t in enumerate(["排名", "國家", "人口", "排名", "國家", "人口"])],
    ]
    assert [column.block for column in layout.columns] == [0, 0, 0, 1, 1, 1]
    assert layout.label_columns == 0


def test_side_by_side_lists_that_agree_are_laid_out_like_those_that_do_not():
    agreeing = read_layout(ranked_lists(["IND", "CHN"]), "T1", "zh")
    differing = read_layout(ranked_lists(["CHN", "IND"]), "T1", "zh")
    assert agreeing.columns == differing.columns and agreeing.header == differing.header


def test_a_list_of_ranks_alone_shares_its_header_with_its_labels():
    connection = book(
        [(1, "war", "2y", "rank", 1.0, "1", ""), (1, "heat", "10y", "rank", 1.0, "1", "")],
        [("rank", "2y", "排名 > 短期"), ("rank", "10y", "排名 > 長期")],
        [(1, "war", "戰爭"), (1, "heat", "高溫")],
        side_by_side=True,
    )
    layout = read_layout(connection, "T1", "zh")
    assert shown(layout) == [["1", "戰爭", "1", "高溫"]]
    assert header(layout) == [[("排名", 0, 4, 1)], [("短期", 0, 2, 1), ("長期", 2, 2, 1)]]


def test_the_same_header_read_on_different_rows_is_one_column():
    connection = book(
        [(1, "x", "2023", "amount", 5.0, "5", ""), (2, "x", "2023", "share", 50.0, "50", "")],
        [("amount", "2023", "結構 > 2023年"), ("share", "2023", "結構 > 2023年")],
        [(1, "x", "企業 > 金額"), (2, "x", "企業 > 占比")],
    )
    layout = read_layout(connection, "T1", "zh")
    assert shown(layout) == [["企業", "金額", "5"], ["企業", "占比", "50"]]
    assert [cell.row_span for row in layout.body for cell in row.cells[:1]] == [2, 0]
    assert header(layout) == [[("國家", 0, 2, 2), ("結構", 2, 1, 1)], [("2023年", 2, 1, 1)]]
    assert layout.columns[2].contents == (("amount", "2023"), ("share", "2023"))
    assert layout.body[1].label == "企業 占比"


def test_numbers_inside_one_text_get_columns_beside_it_named_after_their_measures():
    connection = book(
        [(1, "s1", "2020", "gw", 6.0, "6 GW", ""), (1, "s1", "2020", "tons", 100.0, "100", "")],
        [("gw", "2020", "目標"), ("tons", "2020", "目標")],
        [(1, "s1", "第1階段"), (2, "s2", "第2階段")],
        texts=[
            (1, "s1", "2020", "target", 1, "目標", "建立6 GW，100"),
            (2, "s2", "2030", "target", 1, "目標", "全面應用"),
        ],
    )
    layout = read_layout(connection, "T1", "zh")
    assert shown(layout) == [
        ["第1階段", "建立6 GW，100", "6 GW", "100"],
        ["第2階段", "全面應用", None, None],
    ]
    assert header(layout) == [
        [("國家", 0, 1, 2), ("目標", 1, 3, 1)],
        [("內容", 1, 1, 1), ("gw標", 2, 1, 1), ("tons標", 3, 1, 1)],
    ]
    assert isinstance(layout.body[0].cells[1], TextCell)


def test_a_header_of_one_level_reaches_down_beside_one_of_two():
    connection = book(
        [(1, "a", "2024", "rank", 1.0, "1", ""), (1, "a", "2023", "n", 9.0, "9", "")],
        [("rank", "2024", "2024年排名"), ("n", "2023", "件數 > 2023年")],
        [(1, "a", "甲")],
    )
    assert header(read_layout(connection, "T1", "zh")) == [
        [("國家", 0, 1, 2), ("2024年排名", 1, 1, 2), ("件數", 2, 1, 1)],
        [("2023年", 2, 1, 1)],
    ]


def one_cell(printed_as="5", status="", value=5.0, suffix="", notes="", label="甲"):
    return book(
        [(1, "a", "2024", "n", value, printed_as, status)],
        [("n", "2024", "2024年")],
        [(1, "a", label)],
        suffix=suffix,
        notes=notes,
    )


def test_marks_are_explained_where_they_occur_and_no_note_does():
    assert read_layout(one_cell(), "T1", "zh").note_lines == ()
    estimate = read_layout(one_cell(status="E"), "T1", "en")
    assert estimate.note_lines[0].startswith("Note: E = estimated")
    assert shown(estimate) == [["甲", "5 E"]]
    missing = one_cell(printed_as="N/A", value=None, status="M")
    assert read_layout(missing, "T1", "en").note_lines == ("Note: N/A = not available.",)
    said = one_cell(printed_as="5*", status="P", notes="* = first count")
    assert read_layout(said, "T1", "en").note_lines == ("Note: * = first count",)


def test_a_chinese_suffix_stays_in_the_chinese_layout():
    connection = one_cell(printed_as="2045年", value=2045.0, suffix="年")
    assert shown(read_layout(connection, "T1", "zh")) == [["甲", "2045年"]]
    (cell,) = read_layout(connection, "T1", "en").numbers()
    assert (cell.printed_as, cell.suffix) == ("2045", "")


def test_what_is_not_seen_does_not_reach_a_layout():
    layout = read_layout(one_cell(label=f"甲{RLO}乙\x07"), "T1", "zh")
    assert shown(layout)[0][0] == "甲乙"
    assert plain(None) == ""
    # Arabic letter mark, soft hyphen, a tag, half a character, no character at all
    assert plain("a\u061cb\u00adc\U000e0041d\ud800e\ufffff\tg\nh　i") == "abcdef g\nh　i"


def test_places_and_addresses_lead_back_to_the_cell():
    connection = ranked_lists(["CHN", "IND"])
    for language, sheet in (("zh", "T1"), ("en", "'T1 en'")):
        layout = read_layout(connection, "T1", language)
        key = CellKey("T1", "IND", "2035", "population")
        assert layout.place(key) == (1, 5)
        assert cell_address(layout, key) == f"{sheet}!F6"
        assert locate(connection, f"{sheet}!F6") == locate(connection, f" {sheet}!$f$6") == key
    assert table_of_sheet(sheet_name("T1-2-01", "en")) == ("T1-2-01", "en")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("F6", "is no address"),
        ("T9!A1", "no table T9"),
        ("T1!B5", "is the label '印度'"),
        ("T1!A1", "rows 5 to 6, columns A to F"),
        ("T1!G5", "rows 5 to 6, columns A to F"),
        ("T1!A7", "rows 5 to 6"),
    ],
)
def test_an_address_without_a_cell_is_told_what_stands_there(address, said):
    with pytest.raises(PublicationError, match=said):
        locate(ranked_lists(["CHN", "IND"]), address)


def test_a_cell_without_a_column_or_a_label_is_refused():
    connection = one_cell()
    connection.execute("delete from book_row")
    with pytest.raises(PublicationError, match="no label for row"):
        read_layout(connection, "T1", "zh")
    connection = one_cell()
    connection.execute("delete from book_column")
    with pytest.raises(PublicationError, match="no column is declared for a/2024/n"):
        read_layout(connection, "T1", "zh")


def test_two_cells_in_one_place_are_refused():
    connection = book(
        [(1, "a", "2024", "n", 1.0, "1", ""), (1, "b", "2024", "n", 2.0, "2", "")],
        [("n", "2024", "2024年")],
        [(1, "a", "甲"), (1, "b", "乙")],
    )
    with pytest.raises(PublicationError, match="two rows stand on one line"):
        read_layout(connection, "T1", "zh")


def test_a_database_of_an_earlier_version_is_told_to_be_published_again():
    connection = one_cell()
    connection.execute("drop table book_text")
    with pytest.raises(PublicationError, match="refresh --force"):
        read_layout(connection, "T1", "zh")


def test_every_kind_of_cell_names_its_key():
    layout = read_layout(one_cell(), "T1", "zh")
    label, number = layout.body[0].cells
    assert isinstance(label, LabelCell) and label.row_key == "a"
    assert isinstance(number, NumberCell) and number.key == ("T1", "a", "2024", "n")
