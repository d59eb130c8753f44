"""IMF World Economic Outlook (WEO), in each of the layouts that it has come in.

Here: recognising the layout by content, the words for "no value", scales, the decimal mark.
Not here: SDMX-CSV as such (`sdmx_csv`), which indicator an edition takes (dbt_project).

| layout | known by | values |
|---|---|---|
| database text, to April 2025 | tabs, ``WEO Subject Code`` | in the display scale |
| web query text | tabs, ``Subject Descriptor``, codes only where ticked | in the display scale |
| workbook, since October 2025 | a workbook, ``SERIES_CODE`` | in the display scale |
| either text, saved as a workbook | a workbook, ``Subject Descriptor`` | in the display scale |
| SDMX 3.0 CSV | ``STRUCTURE_ID`` or ``DATAFLOW`` | in units; SCALE is for show only |
| SDMX-ML, structure-specific | XML | in units; SCALE is for show only |

Traps. The API answers with action R for a whole file. It keeps a flow per past edition beside the
current one (``WEO_2025_OCT_VINTAGE``); the version does not tell the edition, for WEO(9.0.0) was
October 2025 first and April 2026 later.

The text is called ``.xls``; it is UTF-16 with or without a mark, or cp1252 in old copies and
in copies saved again by Excel, which may have turned the decimal point into a comma. The publisher
prints three decimals, so a grouped number has decimals too; ``4,100`` is therefore a decimal comma,
never 4100. ``n/a`` and ``--`` (nil or negligible) are no numbers and become null. A footer names
the release.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from sources import imf_api
from sources.containers import OLE, feed, guarded_parser
from sources.contract import Source, SourceError, Table
from sources.excel import Sheet, Workbook
from sources.sdmx_csv import read_concepts
from sources.tabular import AS_DOWNLOADED, cast_strict, decode, ends_open, read_records, require

FLOW = r"WEO(_[0-9]{4}_[A-Z]{3}_VINTAGE)?"
ACTIONS = ("I", "R")
TEXT_ENCODINGS = ("utf-16", "utf-8", "cp1252")
NO_VALUE = ("", "n/a", "--")
MULTIPLIERS = {
    "": 1.0,
    "Units": 1.0,
    "Thousands": 1e3,
    "Millions": 1e6,
    "Billions": 1e9,
    "Trillions": 1e12,
}
FOOTER = "International Monetary Fund"
DESCRIPTOR = "Subject Descriptor"
SEPARATORS = ("\t", ";", ",")
YEAR = re.compile(r"(19|20)[0-9][0-9]")
ODD_YEAR = re.compile(r"^\W*\w{0,2}[0-9]{2,}\w{0,2}\W*$|^[0-9]|(19|20)[0-9][0-9]")
"""What a damaged year's header looks like, also one that has run into the label before it."""
PERIOD = r"^(19|20)[0-9][0-9](-(Q[1-4]|M?[0-9][0-9]))?$"
POINT_NUMBER = r"^[+-]?([0-9]+(\.[0-9]+)?|[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]+)$"
COMMA_NUMBER = r"^[+-]?([0-9]+(,[0-9]+)?|[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+)$"

OBSERVATION = Table(
    name="observation",
    columns={
        "area_code": pl.String(),
        "area_name": pl.String(),
        "indicator_code": pl.String(),
        "indicator_name": pl.String(),
        "units": pl.String(),
        "scale": pl.String(),
        "frequency": pl.String(),
        "period": pl.String(),
        "value": pl.Float64(),
        "multiplier": pl.Float64(),
        "latest_actual_period": pl.String(),
    },
    key=(
        "area_code",
        "area_name",
        "indicator_code",
        "indicator_name",
        "units",
        "frequency",
        "period",
    ),
    description="One value of an indicator for an area and period. value times multiplier is in "
    "base units (persons, currency units, percent); later periods than latest_actual_period are "
    "estimates. Codes or names are null where the layout has none.",
)

DATABASE = {
    "area_code": "ISO",
    "area_name": "Country",
    "indicator_code": "WEO Subject Code",
    "indicator_name": DESCRIPTOR,
    "units": "Units",
    "scale": "Scale",
    "latest_actual_period": "Estimates Start After",
}
GROUPS = {
    **DATABASE,
    "area_code": "WEO Country Group Code",
    "area_name": "Country Group Name",
}
QUERY_NEEDS = ("area_name", "indicator_name", "scale", "latest_actual_period")
"""What a web query must have been asked for; it gives codes and units only where they were ticked.
Without the scale, millions would pass for units; without the last year, estimates for values."""
WORKBOOK = {
    "area_code": "COUNTRY.ID",
    "area_name": "COUNTRY",
    "indicator_code": "INDICATOR.ID",
    "indicator_name": "INDICATOR",
    "units": "UNIT",
    "scale": "SCALE",
    "latest_actual_period": "LATEST_ACTUAL_ANNUAL_DATA",
}
"""Columns of the sheets Countries and Country Groups; the other sheets have no series of areas."""
WORKBOOK_NAMES = ("area_name", "indicator_name", "units")
"""What some releases lack beside the codes; groups may lack the last actual year too."""
COUNTRIES, COUNTRY_GROUPS_SHEET = "Countries", "Country Groups"
SDMX_NAMES = {
    "COUNTRY": "area_code",
    "INDICATOR": "indicator_code",
    "FREQUENCY": "frequency",
    "TIME_PERIOD": "period",
    "OBS_VALUE": "value",
    "UNIT": "units",
    "SCALE": "scale",
    "LATEST_ACTUAL_ANNUAL_DATA": "latest_actual_period",
}

SERIES_DIMENSIONS = ("COUNTRY", "INDICATOR", "FREQUENCY")
LAST_ACTUAL = ("LATEST_ACTUAL_ANNUAL_DATA", "LASTACTUALDATE")
"""The newer and the older id of one attribute."""
FLOW_OF_URN = re.compile(r"Dataflow=[^:]+:(?P<flow>[^(]+)\(")
FEWEST_PERSONS, MOST_PERSONS = 9_000, 1.2e10
"""Fewer than the smallest area has, though more than the world has millions; more than the world
has, and less than most areas would have once Excel took the decimal point for grouping."""


def read(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """Read WEO files; each is read by the layout that its content shows."""
    if not files:
        raise SourceError("The snapshot has no files.", expected="a WEO database or query file")
    return {"observation": pl.concat(_read_file(path) for path in files)}


def _read_file(path: Path) -> pl.DataFrame:
    with path.open("rb") as stream:
        start = stream.read(512)
    if start.startswith((b"PK", OLE)):
        return _read_workbook(path)
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return _read_sdmx_ml(path)
    if b"STRUCTURE_ID" in start or b"DATAFLOW" in start:
        return _read_sdmx_csv(path)
    return _read_text(path)


def _read_text(path: Path) -> pl.DataFrame:
    """Read the text, database or web query; Excel may have put other separators for its tabs."""
    file = path.name
    text = decode(path.read_bytes(), TEXT_ENCODINGS, file=file)
    first = text[: text.find("\n") + 1]
    separator = max(SEPARATORS, key=first.count)
    records = _records(text, file, separator)
    line, header = next(records, (1, []))
    while header and not header[-1].strip():
        header.pop()
    layout = _text_layout(header, file, line)
    body = list(_body(records, len(header), file))
    if body and not text.endswith("\n") and text[text.rfind("\n") + 1 :].count(separator):
        raise ends_open(file, body[-1][0])  # a whole file ends with its footer
    return _read_series(body, header, layout, file, "line")


def _records(text: str, file: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records; where quotes are none in the sense of CSV, each line is one record.

    The publisher does not quote what has commas, so a note may as well begin with a quoted word.
    """
    try:
        yield from list(read_records(text, file=file, separator=separator))
        return
    except SourceError:
        if separator != "\t":
            raise
    for number, line in enumerate(text.split("\n"), 1):
        if bare := line.removesuffix("\r"):
            yield number, [_unquoted(field) for field in bare.split(separator)]


def _unquoted(field: str) -> str:
    if len(field) > 1 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field


def _read_saved_text(sheet: Sheet) -> pl.DataFrame:
    """Read the text from a sheet that it was opened in and saved as a workbook."""
    at = next(at for at, row in enumerate(sheet.rows) if DESCRIPTOR in row.cells)
    header = list(sheet.rows[at].cells)
    while not header[-1]:
        header.pop()
    layout = _text_layout(header, sheet.file, f"sheet '{sheet.name}'")
    records = ((row.number, list(row.cells)) for row in sheet.rows[at + 1 :])
    body = list(_body(records, len(header), sheet.file))
    return _read_series(body, header, layout, sheet.file, f"sheet '{sheet.name}', row")


def _read_series(
    body: Sequence[tuple[int, Sequence[str]]],
    header: Sequence[str],
    layout: Mapping[str, str],
    file: str,
    row_word: str,
) -> pl.DataFrame:
    values = _normalise_decimals(_long(body, header, layout, file), row_word)
    return _finish(values.with_columns(frequency=pl.lit("A")), file, row_word)


def _long(
    rows: Iterable[tuple[int, Sequence[str]]],
    header: Sequence[str],
    layout: Mapping[str, str],
    file: str,
) -> pl.DataFrame:
    """Turn rows with a column per year into rows per year, all text, with `_source_row`."""
    years = _years(header)
    heads = {**layout, **{year: year for year in years}}
    indexes = [header.index(head) for head in heads.values()]
    wide = pl.DataFrame(
        [(row, *(cells[index] for index in indexes)) for row, cells in rows],
        schema={"_source_row": pl.Int64, **dict.fromkeys(heads, pl.String)},
        orient="row",
    )
    kept = ["_source_row", *layout]
    long = wide.unpivot(years, index=kept, variable_name="period", value_name="value")
    return long.with_columns(_source_file=pl.lit(file))


def _years(header: Sequence[str]) -> list[str]:
    return [name for name in header if YEAR.fullmatch(name)]


def _text_layout(header: Sequence[str], file: str, line: str | int) -> Mapping[str, str]:
    """The columns that a text has, once those that it must have are there."""
    is_of_groups = any(head.startswith("WEO Country Group") for head in header)
    layout = GROUPS if is_of_groups or GROUPS["area_name"] in header else DATABASE
    is_database = is_of_groups or "WEO Country Code" in header
    needed = set(layout) if is_database else set(QUERY_NEEDS)
    if layout is GROUPS:
        needed -= {"latest_actual_period"}  # a group has no last year of its own
    _check_header(header, [layout[column] for column in layout if column in needed], file, line)
    layout = {column: head for column, head in layout.items() if head in header}
    _check_header(header, layout.values(), file, line)
    return layout


def _check_header(
    header: Sequence[str], needed: Iterable[str], file: str, place: str | int
) -> None:
    missing = [head for head in needed if head not in header]
    times = Counter(header)
    repeated = [head for head in {*needed, *_years(header)} if times[head] > 1]
    if not missing and not repeated and _years(header):
        _check_years(header, file, place)
        return
    finding = f"repeats {', '.join(sorted(repeated))}" if repeated else "lacks columns of years"
    raise SourceError(
        f"The header {'lacks ' + ', '.join(missing) if missing else finding}.",
        file=file,
        place=place,
        expected="a column per year and " + ", ".join(needed),
        todo=AS_DOWNLOADED,
    )


def _check_years(header: Sequence[str], file: str, place: str | int) -> None:
    """Refuse a gap in the years, or a column of numbers that a mistyped year would leave unread."""
    years = [int(year) for year in _years(header)]
    strange = [name for name in header if name not in _years(header) and ODD_YEAR.search(name)]
    if strange or years != list(range(years[0], years[0] + len(years))):
        found = ", ".join(strange) or ", ".join(map(str, years))
        raise SourceError(
            f"The columns of years are not one after the other: {found}.",
            file=file,
            place=place,
            expected="each year once, without a gap, such as 1980, 1981, 1982",
            todo=AS_DOWNLOADED,
        )


def _body(
    records: Iterator[tuple[int, list[str]]], width: int, file: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield the series of a text, each cut to the header's width, without the footer."""
    footer: int | None = None
    for line, fields in records:
        if not any(field.strip() for field in fields):
            continue  # Excel pads a blank line with tabs
        if footer is not None:
            raise SourceError(
                f"There is text after the footer (line {footer}).",
                file=file,
                place=line,
                expected="the footer as the last line",
                todo="land one file per query; do not paste them together",
            )
        if fields[0].startswith(FOOTER) and not any(field.strip() for field in fields[1:]):
            footer = line
            continue
        # The web query ends each line, header too, with a tab.
        if len(fields) < width or any(field.strip() for field in fields[width:]):
            raise SourceError(
                f"The record has {len(fields)} fields.",
                file=file,
                place=line,
                expected=f"{width} fields as in the header",
                todo="get the file again; it may have been cut off or edited",
            )
        yield line, fields[:width]


def _normalise_decimals(long: pl.DataFrame, row_word: str) -> pl.DataFrame:
    """Turn the file's decimal mark into a point and drop its grouping.

    One file has one mark. A value that does not fit the mark of the other values is an error:
    taken by itself, a mistyped ``4,100`` among ``4.100`` would be a thousand times too large.
    """
    text = pl.col("value").fill_null("")
    filled = long.filter(~text.is_in(NO_VALUE))
    is_point, is_comma = text.str.contains(POINT_NUMBER), text.str.contains(COMMA_NUMBER)
    points = filled.filter(is_point & ~is_comma).height
    commas = filled.filter(is_comma & ~is_point).height
    mark = "comma" if commas > points else "point"
    require(
        filled,
        "value",
        is_comma if mark == "comma" else is_point,
        f"a number with a decimal {mark} like the others of the file ({max(points, commas)} "
        f"values), or n/a, -- or an empty field",
        row_word=row_word,
    )
    bare = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    if mark == "point":
        bare = text.str.replace_all(",", "", literal=True)
    value = pl.when(~text.is_in(NO_VALUE)).then(bare).alias("value")
    return long.with_columns(value)


def _read_workbook(path: Path) -> pl.DataFrame:
    workbook = Workbook(path)
    if COUNTRIES not in workbook.sheet_names:
        saved = [s for s in workbook.sheets() if any(DESCRIPTOR in r.cells for r in s.rows[:1])]
        if saved:
            return pl.concat(map(_read_saved_text, saved))
    sheets = [COUNTRIES, *({COUNTRY_GROUPS_SHEET} & set(workbook.sheet_names))]
    return pl.concat(_read_sheet(workbook.sheet(name)) for name in sheets)


def _read_sheet(sheet: Sheet) -> pl.DataFrame:
    """Read one sheet of series; the header is its first row with SERIES_CODE."""
    series = "SERIES_CODE"
    at = next((at for at, row in enumerate(sheet.rows) if series in row.cells), None)
    header = sheet.rows[at].cells if at is not None else ()
    sometimes = (*WORKBOOK_NAMES, *(["latest_actual_period"] if sheet.name != COUNTRIES else []))
    needed = [head for to, head in WORKBOOK.items() if to not in sometimes]
    _check_header(header, [series, *needed], sheet.file, f"sheet '{sheet.name}'")
    layout = {"series_code": series} | {to: h for to, h in WORKBOOK.items() if h in header}
    rows = (
        (row.number, row.cells)
        for row in sheet.rows[(at or 0) + 1 :]
        if not (len(row.filled) == 1 and row.cells[row.filled[0]].startswith(FOOTER))
    )
    row_word = f"sheet '{sheet.name}', row"
    frequency = pl.col("series_code").str.split(".").list.last()
    long = _long(rows, header, layout, sheet.file).with_columns(
        value=pl.when(~pl.col("value").is_in(NO_VALUE)).then("value"), frequency=frequency
    )
    require(
        long,
        "series_code",
        pl.col("series_code")
        == pl.concat_str("area_code", "indicator_code", "frequency", separator="."),
        "COUNTRY.ID, INDICATOR.ID and frequency joined by points",
        row_word=row_word,
    )
    return _finish(long, sheet.file, row_word)


def _read_sdmx_csv(path: Path) -> pl.DataFrame:
    raw = read_concepts(
        path,
        flow=FLOW,
        concepts=(*SERIES_DIMENSIONS, "TIME_PERIOD", "OBS_VALUE"),
        optional=("UNIT", "SCALE", *LAST_ACTUAL),
        actions=ACTIONS,
    )
    raw = _with_partial_keys(_with_last_actual(raw)).select(*SDMX_NAMES, "_source_row")
    return _finish(raw.rename(SDMX_NAMES), path.name, "line", in_units=True)


def _with_last_actual(raw: pl.DataFrame) -> pl.DataFrame:
    newer, older = (pl.col(name).fill_null("") for name in LAST_ACTUAL)
    return raw.with_columns(pl.when(newer != "").then(newer).otherwise(older).alias(LAST_ACTUAL[0]))


def _with_partial_keys(raw: pl.DataFrame) -> pl.DataFrame:
    """Give the attributes of rows that stand for a whole series or group to its observations."""
    attributes = ("UNIT", "SCALE", LAST_ACTUAL[0])
    is_partial = (pl.col("TIME_PERIOD") == "") & (pl.col("OBS_VALUE") == "")
    partial, observed = raw.filter(is_partial), raw.filter(~is_partial)
    for filled in partial.select(pl.col(SERIES_DIMENSIONS) != "").unique().rows():
        key = [name for name, is_filled in zip(SERIES_DIMENSIONS, filled, strict=True) if is_filled]
        blank = [name for name in SERIES_DIMENSIONS if name not in key]
        of_key = partial.filter(
            *(pl.col(name) != "" for name in key), *(pl.col(name) == "" for name in blank)
        )
        values = of_key.group_by(key or pl.lit(1)).agg(pl.col(attributes).max().name.prefix("of_"))
        observed = (
            (
                observed.join(values, on=key, how="left", maintain_order="left")
                if key
                else observed.join(values, how="cross")
            )
            .with_columns(
                pl.when(pl.col(name) == "")
                .then(pl.col(f"of_{name}").fill_null(""))
                .otherwise(name)
                .alias(name)
                for name in attributes
            )
            .select(raw.columns)
        )
    return observed


def _read_sdmx_ml(path: Path) -> pl.DataFrame:
    """Read structure-specific SDMX-ML; a row per Obs, with the line it stands on."""
    message = _SdmxMessage(path.name)
    message.parse(path.read_bytes())
    concepts = [*SDMX_NAMES, LAST_ACTUAL[1], "_source_row"]
    rows = [
        {**message.attributes_of(observation), **observation} for observation in message.observed
    ]
    raw = pl.DataFrame(
        [[row.get(concept) for concept in concepts] for row in rows],
        schema={**dict.fromkeys(concepts, pl.String), "_source_row": pl.Int64},
        orient="row",
    )
    raw = _with_last_actual(raw).select(*SDMX_NAMES, "_source_row")
    return _finish(raw.rename(SDMX_NAMES), path.name, "line", in_units=True)


class _SdmxMessage:
    """Collects the observations and group attributes of an SDMX-ML message with their lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.flow: str | None = None
        self.series: dict[str, str] = {}
        self.groups: dict[tuple[tuple[str, ...], tuple[object, ...]], dict[str, str]] = {}
        self.group_dimensions: set[tuple[str, ...]] = set()
        self.observed: list[dict[str, str | int]] = []
        self.parser = guarded_parser(file)
        self.parser.StartElementHandler = self._start
        self.parser.CharacterDataHandler = self._text
        self.urn, self.is_reference = "", False

    def parse(self, data: bytes) -> None:
        feed(self.parser, data, self.file, final=True)
        if named := FLOW_OF_URN.search(self.urn):
            self.flow = named["flow"]
        if self.flow is None or re.fullmatch(FLOW, self.flow) is None:
            raise SourceError(
                f"The message is of the dataflow '{self.flow}'.",
                file=self.file,
                expected="structure-specific SDMX-ML of IMF.RES:WEO",
                todo="check that this is the right file",
            )

    def attributes_of(self, observation: Mapping[str, str | int]) -> dict[str, str]:
        """Return the attributes of the groups that an observation belongs to."""
        found: dict[str, str] = {}
        for dimensions in self.group_dimensions:
            codes = tuple(observation.get(name) for name in dimensions)
            found |= self.groups.get((dimensions, codes), {})
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.is_reference = local in ("Structure", "StructureUsage")
        if local == "Ref" and self.flow is None:
            self.flow = attributes.get("id")
        elif local == "Structure":
            self.urn += attributes.get("namespace", "")
        elif local == "Group":
            dimensions = tuple(name for name in SERIES_DIMENSIONS if name in attributes)
            codes = tuple(attributes[name] for name in dimensions)
            self.group_dimensions.add(dimensions)
            self.groups.setdefault((dimensions, codes), {}).update(attributes)
        elif local == "Series":
            self.series = attributes
        elif local == "Obs":
            line = self.parser.CurrentLineNumber
            self.observed.append({**self.series, **attributes, "_source_row": line})

    def _text(self, text: str) -> None:
        if self.is_reference:  # SDMX-ML 3 names the flow in a text
            self.urn += text


def _finish(
    long: pl.DataFrame, file: str, row_word: str, *, in_units: bool = False
) -> pl.DataFrame:
    """Bring any layout to the bronze columns: absent ones null, the scale as a multiplier."""
    if long.is_empty():
        raise SourceError(
            "There are no observations.",
            file=file,
            expected="at least one series",
            todo="ask again; the service answers a wrong agency or key with nothing",
        )
    absent = [name for name in OBSERVATION.columns if name not in long.columns]
    scale = pl.col("scale").fill_null("").str.strip_chars()
    by_scale = scale.replace_strict(MULTIPLIERS, default=None, return_dtype=pl.Float64)
    long = long.with_columns(pl.lit(None, pl.String).alias(name) for name in absent).with_columns(
        multiplier=pl.lit(1.0) if in_units else by_scale, _source_file=pl.lit(file)
    )
    scales = "one of " + ", ".join(filter(None, MULTIPLIERS))
    require(long, "scale", pl.col("multiplier").is_not_null(), scales, row_word=row_word)
    named = [name for name in ("area_code", "area_name") if name not in absent][:1]
    indicator = [name for name in ("indicator_code", "indicator_name") if name not in absent][:1]
    typed = cast_strict(
        long,
        OBSERVATION.columns,
        file,
        never_empty=[*named, *indicator, "frequency", "period"],
        row_word=row_word,
    )
    is_period = pl.col("period").str.contains(PERIOD)
    require(typed, "period", is_period, "a year, quarter or month", row_word=row_word)
    _check_persons(typed, row_word)
    return typed


def _check_persons(typed: pl.DataFrame, row_word: str) -> None:
    """Refuse populations that are not in the scale that the layout says: millions as units."""
    is_population = (pl.col("indicator_code") == "LP") | (pl.col("indicator_name") == "Population")
    persons = typed.filter(is_population, pl.col("value").is_not_null())
    count = pl.col("value") * pl.col("multiplier")
    is_possible = (count.max() >= FEWEST_PERSONS) & (count < MOST_PERSONS)
    expected = f"persons: one area of {FEWEST_PERSONS:,} at least, none of {MOST_PERSONS:,.0f}"
    require(persons, "value", is_possible, expected, row_word=row_word)


SOURCE = Source(
    id="imf_weo",
    title_en="World Economic Outlook database",
    title_zh="世界經濟展望資料庫（WEO）",
    publisher_en="International Monetary Fund (IMF)",
    publisher_zh="國際貨幣基金（IMF）",
    homepage="https://data.imf.org/en/datasets/IMF.RES:WEO",
    licence="© International Monetary Fund, all rights reserved; use under "
    "https://www.imf.org/external/terms.htm with the source named",
    citation="International Monetary Fund, World Economic Outlook database, "
    "https://data.imf.org/en/datasets/IMF.RES:WEO.",
    access="open",
    how_to_get="Get https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.RES/WEO/+/*.LP.A with "
    "`Accept: application/vnd.sdmx.data+csv` (agency IMF.RES, not IMF), or land the database file "
    "by hand: the .xlsx since October 2025, the tab-separated .xls before. April and October.",
    tables=(OBSERVATION,),
    read=read,
    feeds=("T1-2-13",),
    fetcher=imf_api.fetcher(read),
    steps=imf_api.STEPS,
    release_months=(4, 10),
)
