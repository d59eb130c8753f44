"""Views with plain names in the published database: schema `en` in English, `zh` in Chinese.

Here: which views there are, their names and columns. Not here: what the tables of schema `main`
mean (dbt_project; their comments are taken over), how a table of the book is laid out
(publication.layout).

Long views have one row per number, source or finding. Wide views have one row per printed line of a
table of the book and one column per printed column, with unrounded numbers. Names hold letters,
digits and underscores only, whatever stands in a label, so that most need no quotes in SQL; the
header as printed and the unit are in the column's comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from publication.codes import CODES
from publication.files import quoted
from publication.layout import (
    LANGUAGES,
    LEVEL_SEPARATOR,
    Language,
    LayoutColumn,
    TableLayout,
    read_layouts,
)
from publication.release import PublicationError, literal

LONGEST_NAME = 80
"""Characters of a name that is made from a header."""


class Words(NamedTuple):
    """The same in both languages."""

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The words of one language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class LongView:
    """A view with one row per row of its first table, which also gives its meaning.

    `columns` has a line per column: where it comes from, its name in English and in Chinese. `{}`
    stands for the language, `words(x)` for the status of table x in words. `joins` never add rows.
    """

    name: Words
    table: str
    joins: str
    columns: str


_PLACE_COLUMNS = """
    {table}.edition                 edition         版次
    {table}.table_id                table_id        表號
    book_table.title_{{}}           table_title     表名
    {table}.row_no                  line_no         列序
    {table}.row_key                 row_key         列代碼
    book_row.label_{{}}             row_name        列名
    {table}.measure                 measure_id      量度代碼
    book_measure.label_{{}}         measure         量度
    {table}.period                  period          期間
    book_column.header_{{}}         column_header   欄標題
"""
_PLACE_JOINS = """
    left join main.book_table using (edition, table_id)
    left join main.book_row using (edition, table_id, row_no, row_key)
    left join main.book_measure using (edition, table_id, measure)
    left join main.book_column using (edition, table_id, measure, period)
"""

LONG_VIEWS = (
    LongView(
        Words("cells", "表格數值"),
        "book_cell",
        _PLACE_JOINS,
        _PLACE_COLUMNS.format(table="book_cell")
        + """
    book_cell.value                 value           數值
    book_measure.unit_{}            unit            單位
    book_cell.printed_as            printed_as      印出字串
    book_cell.status                status          狀態
    words(book_cell)                status_meaning  狀態說明
    """,
    ),
    LongView(
        Words("printed_cells", "印刷數值"),
        "printed_cell",
        _PLACE_JOINS,
        _PLACE_COLUMNS.format(table="printed_cell")
        + """
    printed_cell.printed            printed         印刷字串
    printed_cell.value              value           數值
    book_measure.unit_{}            unit            單位
    printed_cell.flag               flag            印刷註記
    """,
    ),
    LongView(
        Words("checks", "核對結果"),
        "reconciliation",
        _PLACE_JOINS,
        _PLACE_COLUMNS.format(table="reconciliation")
        + """
    reconciliation.printed          printed         印刷字串
    reconciliation.computed         computed        計算字串
    reconciliation.verdict          verdict         判定
    reconciliation.cause_{}         cause           原因
    reconciliation.triage           decision        裁定
    """,
    ),
    LongView(
        Words("figure_points", "圖數值"),
        "figure_point",
        "",
        """
    figure_point.edition            edition         版次
    figure_point.figure_id          figure_id       圖號
    figure_point.series_label_{}    series          序列
    figure_point.point_label_{}     point           點
    figure_point.measure_label_{}   measure         量度
    figure_point.value              value           數值
    figure_point.unit_{}            unit            單位
    figure_point.status             status          狀態
    words(figure_point)             status_meaning  狀態說明
    figure_point.gap_{}             gap             缺值原因
    """,
    ),
    LongView(
        Words("observations", "指標值"),
        "indicator_observation",
        """
    left join main.dim_indicator using (indicator_id)
    left join main.dim_area using (area_code)
    left join main.dim_source on indicator_observation.source_id = dim_source.source_id
    """,
        """
    indicator_observation.edition           edition         版次
    indicator_observation.indicator_id      indicator_id    指標代碼
    dim_indicator.name_{}                   indicator       指標
    indicator_observation.area_code         area_code       地區代碼
    dim_area.name_{}                        area            地區
    indicator_observation.breakdown         breakdown       細分類
    indicator_observation.period            period          期間
    indicator_observation.value             value           數值
    dim_indicator.unit_{}                   unit            單位
    indicator_observation.base_period       base_period     基期
    indicator_observation.status            status          狀態
    words(indicator_observation)            status_meaning  狀態說明
    indicator_observation.estimate_rule     estimate_rule   推估規則
    dim_source.publisher_{}                 publisher       發布機關
    dim_source.title_{}                     source          資料來源
    indicator_observation.source_id         source_id       來源代碼
    indicator_observation.vintage           vintage         資料版本
    indicator_observation.source_file       source_file     原始檔
    indicator_observation.source_row        source_row      原始列
    indicator_observation.basis             basis           資料依據
    indicator_observation.publisher_value   publisher_value 發布原值
    """,
    ),
    LongView(
        Words("tables", "表格"),
        "book_table",
        "",
        """
    book_table.edition      edition     版次
    book_table.table_id     table_id    表號
    book_table.number_{}    number      編號
    book_table.title_{}     title       表名
    book_table.unit_{}      unit        單位
    book_table.source_{}    source      資料來源
    book_table.notes_{}     notes       附註
    book_table.page         page        頁
    """,
    ),
    LongView(
        Words("indicators", "指標"),
        "dim_indicator",
        "left join main.dim_source using (source_id)",
        """
    dim_indicator.indicator_id      indicator_id    指標代碼
    dim_indicator.name_{}           indicator       指標
    dim_indicator.unit_{}           unit            單位
    dim_indicator.definition_{}     definition      定義
    dim_source.publisher_{}         publisher       發布機關
    dim_source.title_{}             source          資料來源
    dim_indicator.source_id         source_id       來源代碼
    """,
    ),
    LongView(
        Words("areas", "地區"),
        "dim_area",
        "",
        """
    dim_area.area_code          area_code           地區代碼
    dim_area.name_{}            area                地區
    dim_area.area_kind          kind                類別
    dim_area.iso_alpha2_code    iso_alpha2_code     二碼代碼
    """,
    ),
    LongView(
        Words("sources", "資料來源"),
        "dim_source",
        "",
        """
    dim_source.source_id        source_id   來源代碼
    dim_source.title_{}         source      資料來源
    dim_source.publisher_{}     publisher   發布機關
    dim_source.homepage         homepage    網址
    dim_source.licence          licence     授權
    dim_source.citation         citation    引用
    dim_source.access           access      取得條件
    dim_source.feeds            feeds       所供圖表
    """,
    ),
    LongView(
        Words("source_files", "原始檔"),
        "source_snapshot",
        "left join main.dim_source using (source_id)",
        """
    source_snapshot.edition         edition         版次
    source_snapshot.source_id       source_id       來源代碼
    dim_source.publisher_{}         publisher       發布機關
    dim_source.title_{}             source          資料來源
    source_snapshot.vintage         vintage         資料版本
    source_snapshot.file            source_file     原始檔
    source_snapshot.sha256          sha256          雜湊值
    source_snapshot.size_bytes      size_bytes      位元組數
    source_snapshot.obtained_how    obtained_how    取得方式
    source_snapshot.obtained_at     obtained_at     取得時間
    source_snapshot.basis           basis           資料依據
    source_snapshot.url             url             下載網址
    source_snapshot.licence         licence         授權
    source_snapshot.citation        citation        引用
    source_snapshot.note            note            說明
    """,
    ),
    LongView(
        Words("statements", "書中敘述"),
        "claim_result",
        "",
        """
    claim_result.edition        edition         版次
    claim_result.claim_id       statement_id    敘述代碼
    claim_result.statement_{}   statement       敘述
    claim_result.table_ids      table_ids       所據表號
    claim_result.verdict        verdict         判定
    claim_result.evidence_{}    evidence        證據
    claim_result.triage         decision        裁定
    """,
    ),
    LongView(
        Words("errata", "勘誤"),
        "erratum",
        "",
        """
    erratum.edition         edition         版次
    erratum.erratum_id      erratum_id      勘誤代碼
    erratum.kind            kind            類別
    erratum.table_id        table_id        表號
    erratum.row_key         row_key         列代碼
    erratum.period          period          期間
    erratum.measure         measure_id      量度代碼
    erratum.claim_id        statement_id    敘述代碼
    erratum.printed         printed         印刷字串
    erratum.should_be       should_be       應為
    erratum.verdict         verdict         判定
    erratum.triage          decision        裁定
    erratum.evidence_{}     evidence        證據
    erratum.note_{}         note            說明
    erratum.decided_by      decided_by      裁定人
    erratum.decided_on      decided_on      裁定日
    """,
    ),
    LongView(
        Words("estimates", "推估值"),
        "estimate_check",
        """
    left join main.dim_indicator using (indicator_id)
    left join main.dim_area using (area_code)
    left join main.estimate
        on estimate_check.edition = estimate.edition
        and estimate_check.estimate_id = estimate.estimate_id
    """,
        """
    estimate_check.edition          edition         版次
    estimate_check.estimate_id      estimate_id     推估代碼
    dim_indicator.name_{}           indicator       指標
    dim_area.name_{}                area            地區
    estimate_check.period           period          期間
    estimate_check.rule             rule            推估規則
    estimate_check.estimated_value  estimated_value 推估值
    dim_indicator.unit_{}           unit            單位
    estimate.reason_{}              reason          理由
    estimate.decided_by             decided_by      決定者
    estimate.decided_on             decided_on      決定日期
    estimate_check.outcome          outcome         檢驗結果
    estimate_check.vintage          vintage         資料版本
    estimate_check.published_value  published_value 發布值
    estimate_check.error_pct        error_pct       誤差百分比
    """,
    ),
    LongView(
        Words("corrections", "更正"),
        "correction",
        """
    left join main.dim_indicator using (indicator_id)
    left join main.dim_area using (area_code)
    """,
        """
    correction.edition          edition         版次
    correction.correction_id    correction_id   更正代碼
    dim_indicator.name_{}       indicator       指標
    dim_area.name_{}            area            地區
    correction.breakdown        breakdown       細分類
    correction.period           period          期間
    correction.expect           publisher_value 發布原值
    correction.value            value           更正值
    dim_indicator.unit_{}       unit            單位
    correction.reason_{}        reason          理由
    correction.evidence         evidence        證據
    correction.decided_by       decided_by      決定者
    correction.decided_on       decided_on      決定日期
    correction.status           state           適用與否
    """,
    ),
    LongView(
        Words("revisions", "修訂"),
        "revision",
        """
    left join main.book_cell using (edition, table_id, row_key, period, measure)
    left join main.book_table using (edition, table_id)
    left join main.book_row using (edition, table_id, row_no, row_key)
    left join main.book_measure using (edition, table_id, measure)
    """,
        """
    revision.edition            edition             版次
    revision.table_id           table_id            表號
    book_table.title_{}         table_title         表名
    revision.row_key            row_key             列代碼
    book_row.label_{}           row_name            列名
    revision.measure            measure_id          量度代碼
    book_measure.label_{}       measure             量度
    revision.period             period              期間
    revision.source_id          source_id           來源代碼
    revision.vintage            vintage             資料版本
    revision.obtained_at        obtained_at         取得時間
    revision.value              value               該版數值
    revision.pinned_value       pinned_value        採用數值
    book_measure.unit_{}        unit                單位
    revision.printed_as         printed_as          該版印出字串
    revision.pinned_printed_as  pinned_printed_as   採用印出字串
    revision.change             change              差額
    revision.change_pct         change_pct          變動百分比
    """,
    ),
)

_STATUS_MEANING = Words("The status in words", "狀態之文字說明")
_LINE_NO = Words("line_no", "列序")
_ROW_KEY = Words("row_key", "列代碼")
_NAME = Words("name", "名稱")
_MARKS = Words("marks", "註記")
_MARKS_MEANING = Words(
    "Columns of this line whose number is not a normal value, with its status: "
    "E estimated by the editor, P preliminary, M missing",
    "本列非正常值之欄及其狀態：E 編輯推估、P 初步統計、M 缺值",
)
_WIDE_MEANING = Words(
    "One row per printed line, one column per printed column; numbers are unrounded "
    "(as printed: en.cells)",
    "每一印刷列一列、每一印刷欄一欄；數值未四捨五入（印出字串見 zh.表格數值）",
)
_TABLE_NAME = Words("table", "表")
_UNIT = Words("Unit", "單位")
_LABEL = Words("Label of the line", "列標題")


def write_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the views of both languages with their comments.

    Args:
        connection: its current catalogue is a database with the published tables in schema `main`,
            writable, without these views.

    Raises:
        PublicationError: a table, a column or a comment that a view needs is missing.
    """
    meanings = _meanings(connection)
    connection.begin()  # a transaction for each of a thousand comments takes seconds
    for language in LANGUAGES:
        connection.execute(f"create schema {language}")
        for view in LONG_VIEWS:
            _write_long_view(connection, view, language, meanings)
        for layout in read_layouts(connection, language):
            _write_wide_view(connection, layout, meanings)
    connection.commit()


def _meanings(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What the comments say of `table` and of `table.column`, in both languages."""
    found = connection.execute(
        """
        select table_name, comment from duckdb_tables()
        where database_name = current_database() and schema_name = 'main'
        union all
        select table_name || '.' || column_name, comment from duckdb_columns()
        where database_name = current_database() and schema_name = 'main'
        """
    ).fetchall()
    return {name: comment or "" for name, comment in found}


def _in_language(comment: str, language: Language) -> str:
    """Comments of the tables are `Chinese / English`."""
    chinese, _, english = comment.partition(" / ")
    return (english or chinese) if language == "en" else chinese


def _write_long_view(
    connection: duckdb.DuckDBPyConnection,
    view: LongView,
    language: Language,
    meanings: dict[str, str],
) -> None:
    selected, comments = [], {}
    for line in filter(None, map(str.strip, view.columns.splitlines())):
        source, *names = line.format(language).split()
        name = Words(*names).of(language)
        if status := re.fullmatch(r"words\((.+)\)", source):
            selected.append(f"{_status_in_words(status[1], language)} as {quoted(name)}")
            comments[name] = _STATUS_MEANING.of(language)
            continue
        if source not in meanings:
            raise PublicationError(f"The view {view.name.en} shows {source}, which is missing.")
        selected.append(f"{source} as {quoted(name)}")
        comments[name] = _in_language(meanings[source], language)
    _create(
        connection,
        language,
        view.name.of(language),
        f"select {', '.join(selected)} from main.{view.table} {view.joins}",
        _in_language(meanings[view.table], language),
        comments,
    )


def _status_in_words(table: str, language: Language) -> str:
    """The expression for what a status means; one that has no words is shown as it is.

    An observation has an E also where its publisher estimated; of a cell, E is the editor's alone.
    """
    own = CODES["status"]
    if table == "indicator_observation":
        cases = {"": own[""], **CODES["observation"]}
        estimate = f"when {table}.estimate_rule is not null then {_word(own['E'], language)}"
    else:
        cases, estimate = own, ""
    named = " ".join(
        f"when {table}.status = {literal(letter)} then {_word(words, language)}"
        for letter, words in cases.items()
    )
    return f"case {estimate} {named} else {table}.status end"


def _word(pair: tuple[str, str], language: Language) -> str:
    return literal(pair[0 if language == "zh" else 1])


def _write_wide_view(
    connection: duckdb.DuckDBPyConnection, layout: TableLayout, meanings: dict[str, str]
) -> None:
    language = layout.language
    names = _Names(language)
    side_by_side = any(column.block for column in layout.columns)
    line_no = names.new(_LINE_NO.of(language))
    selected = [f"book_row.row_no as {quoted(line_no)}"]
    comments = {line_no: _in_language(meanings["book_cell.row_no"], language)}
    if not side_by_side:
        key, name = names.new(_ROW_KEY.of(language)), names.new(_NAME.of(language))
        selected += [
            f"book_row.row_key as {quoted(key)}",
            f"book_row.label_{language} as {quoted(name)}",
        ]
        comments[key] = _in_language(meanings["book_cell.row_key"], language)
        comments[name] = _LABEL.of(language)
    marks = names.new(_MARKS.of(language))
    headers: list[tuple[LayoutColumn, str]] = []
    has_texts = any(column.kind == "text" for column in layout.columns)
    for column in layout.columns:
        if column.kind == "label":
            if side_by_side:
                header = LEVEL_SEPARATOR.join(filter(None, column.path))
                name = names.new(f"{header} {_NAME.of(language)}")
                label = f"any_value(book_row.label_{language})"
                selected.append(f"{label} filter ({_of_block(column, layout)}) as {quoted(name)}")
                comments[name] = f"{header} ({_LABEL.of(language)})"
            continue
        name = names.new(column.name)
        comments[name] = column.name
        if column.kind == "text":
            text = f"any_value(book_text.text_{language}) filter ({_within(column, 'book_text')})"
            selected.append(f"{text} as {quoted(name)}")
            continue
        headers.append((column, name))
        selected.append(f"any_value(book_cell.value) filter ({_within(column)}) as {quoted(name)}")
        if column.units:
            comments[name] += f" ({_UNIT.of(language)}: {' | '.join(column.units)})"
    selected.append(f"{_marks(headers)} as {quoted(marks)}")
    comments[marks] = _MARKS_MEANING.of(language)
    _create(
        connection,
        language,
        _wide_name(layout),
        f"""
        select {", ".join(selected)}
        from main.book_row
        left join main.book_cell using (edition, table_id, row_no, row_key)
        {_TEXTS if has_texts else ""}
        where book_row.table_id = {literal(layout.table_id)}
        group by {"1" if side_by_side else "1, 2, 3"}
        order by 1
        """,
        f"{layout.heading}{'. ' if language == 'en' else '。'}{_WIDE_MEANING.of(language)}",
        comments,
    )


def _wide_name(layout: TableLayout) -> str:
    """`table_1_2_01` or `表1_2_01` for T1-2-01."""
    joint = "_" if layout.language == "en" else ""
    number = re.sub(r"^T(?=\d)", "", layout.table_id)
    return plain_name(_TABLE_NAME.of(layout.language) + joint + number)


_TEXTS = "left join main.book_text using (edition, table_id, row_no, row_key)"
"""Multiplies the cells of a line by its texts, which no aggregate of a wide view minds."""


def _within(column: LayoutColumn, table: str = "book_cell") -> str:
    """The condition that a cell stands in a printed column."""
    pairs = ", ".join(
        f"({literal(measure)}, {literal(period)})" for measure, period in column.contents
    )
    return f"where ({table}.measure, {table}.period) in ({pairs})"


def _of_block(label: LayoutColumn, layout: TableLayout) -> str:
    """The condition that a cell belongs to the block of columns that a label stands in."""
    contents = [
        pair for column in layout.columns if column.block == label.block for pair in column.contents
    ]
    return _within(LayoutColumn("number", label.path, tuple(contents)))


def _marks(headers: Iterable[tuple[LayoutColumn, str]]) -> str:
    """The expression that tells which columns of a line hold no normal value."""
    headers = list(headers)
    if not headers:  # a table of words
        return "''"
    cases = " ".join(
        f"when {_within(column).removeprefix('where ')} then {literal(name)}"
        for column, name in headers
    )
    named = f"case {cases} end || ' ' || book_cell.status"
    marked = f"list({named}) filter (where book_cell.status <> '')"
    return f"coalesce(array_to_string(list_sort(list_distinct({marked})), ', '), '')"


def _create(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    query: str,
    meaning: str,
    comments: dict[str, str],
) -> None:
    view = f"{schema}.{quoted(name)}"
    try:
        connection.execute(f"create view {view} as {query}")
    except duckdb.Error as error:
        raise PublicationError(f"The view {view} cannot be made: {error}") from error
    connection.execute(f"comment on view {view} is {literal(meaning)}")
    for column, text in comments.items():
        connection.execute(f"comment on column {view}.{quoted(column)} is {literal(text)}")


def plain_name(text: str) -> str:
    """A name of letters, digits and single underscores from any text.

    >>> plain_name("Ten most populous countries, 2024 > Population (million)")
    'Ten_most_populous_countries_2024_Population_million'
    >>> plain_name("研發經費支出金額 > 2019年"), plain_name("'; drop --"), plain_name("=!")
    ('研發經費支出金額_2019年', 'drop', 'column')
    """
    return re.sub(r"[\W_]+", "_", text).strip("_")[:LONGEST_NAME].strip("_") or "column"


class _Names:
    """Gives every column of a view a name of its own, in English in lower case."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._taken: set[str] = set()

    def new(self, text: str) -> str:
        """A plain name; one that is taken, in whatever case, gets a number."""
        plain = plain_name(text)
        plain = plain.lower() if self._language == "en" else plain
        name, number = plain, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{plain}_{number}"
        self._taken.add(name.lower())
        return name
