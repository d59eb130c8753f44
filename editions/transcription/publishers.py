"""One snapshot per publisher: the inputs behind the printed cells, laid out as that publisher does.

Here: which table feeds which publisher's file, and the codes and names that the publisher uses and
the book does not print. Not here: the arithmetic (`book_inputs`), the layouts (`formats`), the
directories (`snapshot_writer`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from editions.transcription import book_inputs, formats
from editions.transcription.book_inputs import Contradiction, Tables
from editions.transcription.printed import Estimates, PrintedTable, observation_name
from editions.transcription.publisher_codes import (
    CAPABILITY_NAMES,
    DGBAS_GDP,
    DGBAS_INCOME,
    DGBAS_INDUSTRIES,
    DGBAS_OUTPUT,
    DGBAS_REAL_GDP,
    DGBAS_VALUE_ADDED,
    EXPORT_FILES,
    IMD_COUNTRIES,
    IMD_CRITERIA,
    MOEA_INDUSTRY_CODES,
    MSTI_FUND_SERIES,
    MSTI_SERIES,
    PATENT_AREAS,
    RISK_NAMES,
    WEO_COUNTRIES,
    WIPO_FIELDS,
    WPP_COUNTRY_OR_AREA,
    WPP_LOCATIONS,
)
from editions.transcription.snapshot_writer import TranscribedSnapshot

WRITTEN = datetime(2025, 6, 30)
COPIED = "The printed figures as they stand in the publisher's layout; nothing was computed. "
MIDDLE = (
    "The book prints rounded figures. Each value here lies near the middle of what all printed "
    "cells that depend on it allow, and reproduces them. "
)
Made = tuple[TranscribedSnapshot, tuple[Contradiction, ...]]


def transcribe(tables: Tables, estimates: Estimates) -> list[Made]:
    """Return the snapshot of every publisher, each with the printed cells it cannot reproduce."""
    makers: Sequence[Callable[[Tables, Estimates], Made]] = (
        oecd_msti,
        imd_wcy,
        uspto_counts,
        mof_trade_statistics,
        imf_weo,
        dgbas_national_accounts,
        mol_wages,
        moea_factory_survey,
        un_wpp,
        wef_grr,
        rankings,
        mckinsey_ai,
        eu_hydrogen,
    )
    return [make(tables, estimates) for make in makers]


def _made(
    source_id: str,
    files: dict[str, bytes],
    note: str,
    contradictions: Sequence[Contradiction] = (),
) -> Made:
    if contradictions:
        note += "Not reproduced, because the print contradicts itself: "
        note += "; ".join(map(str, contradictions)) + "."
    return TranscribedSnapshot(source_id, files, note.strip()), tuple(contradictions)


def oecd_msti(tables: Tables, estimates: Estimates) -> Made:
    """Tables 1-2-1 to 1-2-5: SDMX-CSV, codes only; no row where the publisher has no value."""
    inputs = book_inputs.msti_inputs(tables, estimates)
    rows: list[formats.MstiObservation] = []

    def add(indicator: str, area: str, year: int, series: tuple[str, int, int | None]) -> None:
        value = inputs.values.get(observation_name(indicator, area, year))
        if value is not None:
            code, unit_mult, base_year = series
            rows.append(formats.MstiObservation(code, area, year, value, unit_mult, base_year))

    for spec in book_inputs.MSTI_TABLES:
        table = tables[spec.table_id]
        for area in sorted(table.row_keys):
            for period in table.periods(spec.level):
                add(spec.indicator, area, int(period), MSTI_SERIES[spec.indicator])
    _, unit_mult, base_year = MSTI_SERIES["gerd_constant_ppp"]
    for fund_source, code in MSTI_FUND_SERIES.items():
        indicator = book_inputs.fund_source_indicator(fund_source)
        for period in tables["T1-2-03"].periods("gerd_source_usd_100m"):
            add(indicator, "TWN", int(period), (code, unit_mult, base_year))
    if len(rows) != len(inputs.values):
        raise ValueError(f"{len(inputs.values)} inputs of MSTI, but {len(rows)} rows")
    note = (
        MIDDLE + "Observations that the publisher does not have are absent; estimates.yml of the "
        "edition declares what stands in their place. BASE_PER is 2020 as in the publisher's "
        "edition of early 2025; the book's note says 2015. "
    )
    return _made("oecd_msti", {"msti_1.3.csv": formats.msti_csv(rows)}, note, inputs.contradictions)


def imd_wcy(tables: Tables, _: Estimates) -> Made:
    """Tables 1-2-6 and 1-2-7: a workbook in the layout of the criteria export, with ranks."""
    header: list[formats.Value] = ["Country", "Country Key", "Year", "Economies"]
    header += [f"{name} (WCY)" for name in IMD_CRITERIA.values()]
    columns = [(t, m) for t in ("T1-2-06", "T1-2-07") for m in _measures(tables[t])]
    if [measure for _, measure in columns] != list(IMD_CRITERIA):
        raise ValueError("IMD_CRITERIA and the columns of tables 1-2-6 and 1-2-7 differ")
    overall = tables["T1-2-12"].value("national_competitiveness", "2025", "countries_evaluated")
    economies = {2025: overall}
    rows: list[list[formats.Value]] = [header]
    for area, (name, key) in IMD_COUNTRIES.items():
        for year in (2024, 2025):
            ranks = [tables[t].value(area, str(year), measure) for t, measure in columns]
            rows.append([name, key, year, economies.get(year), *ranks])
    book = formats.workbook_bytes({"Ranks": rows}, created=WRITTEN)
    note = (
        COPIED + "Ranks as the book prints them, not scores; nothing of the subscription is in "
        "here. The number of economies is printed for 2025 only (table 1-2-12). "
    )
    return _made("imd_wcy", {"wcy_criteria_ranks.xlsx": book}, note)


def uspto_counts(tables: Tables, _: Estimates) -> Made:
    """Tables 1-2-13 and 1-2-14: the two count templates."""
    by_year, by_field = tables["T1-2-13"], tables["T1-2-14"]
    years: list[list[formats.Value]] = []
    for area in by_year.row_keys:
        for period in by_year.periods("patents_granted"):
            grants = by_year.value(area, period, "patents_granted")
            years.append([*PATENT_AREAS[area], int(period), grants])
    (window,) = by_field.periods("patents_granted_wld")
    first, last = map(int, window.split("-"))
    fields: list[list[formats.Value]] = []
    for key, number in WIPO_FIELDS.items():
        world = by_field.value(key, window, "patents_granted_wld")
        fields.append(["ALL", "All areas", number, first, last, world, None])
        for area in ("DEU", "JPN", "KOR", "TWN", "USA"):
            grants = by_field.value(key, window, f"patents_granted_{area.lower()}")
            rank = by_field.value(key, window, f"rank_{area.lower()}")
            fields.append([*PATENT_AREAS[area], number, first, last, grants, rank])
    files = {
        "grants_by_area_year.csv": formats.csv_bytes(
            ("area_code", "area_name", "grant_year", "grants"), years
        ),
        "grants_by_area_field.csv": formats.csv_bytes(
            (
                "area_code",
                "area_name",
                "wipo_field",
                "first_year",
                "last_year",
                "grants",
                "rank_among_all_areas",
            ),
            fields,
        ),
    }
    note = (
        COPIED + "rank_among_all_areas is a result, given as printed: the areas between the five "
        "that the book compares are not printed. Microdata replaces it. "
    )
    denied = book_inputs.rank_contradictions(by_year, "rank", "patents_granted")
    return _made("uspto_counts", files, note, denied)


def mof_trade_statistics(tables: Tables, _: Estimates) -> Made:
    """Tables 1-2-9 to 1-2-11: total exports and three files of published shares."""
    inputs = book_inputs.export_inputs(tables)
    totals: dict[int, Sequence[formats.Value]] = {
        int(year): [value] for year, value in sorted(inputs.values.items())
    }
    files = {
        "exports_total.csv": formats.webmain_csv("出口總值", ["按新臺幣計算(百萬元)/ 總計"], totals)
    }
    for table_id, (name, title, classes) in EXPORT_FILES.items():
        table = tables[table_id]
        shares: dict[int, Sequence[formats.Value]] = {
            year: [str(table.value(key, str(year), "export_share_pct")) for key in classes]
            for year in totals
        }
        columns = [f"{label}/ 占比(%)" for label in classes.values()]
        files[name] = formats.webmain_csv(title, columns, shares)
    note = (
        MIDDLE + "This holds for the yearly totals, which all three tables bind; the shares are "
        "the published two-decimal figures, copied. "
    )
    return _made("mof_trade_statistics", files, note, inputs.contradictions)


def imf_weo(tables: Tables, _: Estimates) -> Made:
    """Table 1-2-13: population (LP) behind the densities, as the database text file."""
    table = tables["T1-2-13"]
    inputs = book_inputs.population_inputs(table)
    years = [int(period) for period in table.periods("patent_density_per_million")]
    countries = [(code, iso, name) for iso, (code, name) in WEO_COUNTRIES.items()]
    millions = {
        (iso, year): inputs.values[f"{iso} {year}"] for _, iso, _ in countries for year in years
    }
    note = (
        "The book prints no population. Each value lies in the middle of the interval that printed "
        "grants and printed density imply; where that is no likely population (Switzerland 2024), "
        "the printed grants are in doubt. "
    )
    files = {"WEOApr2025all.xls": formats.weo_text(countries, years, millions)}
    return _made("imf_weo", files, note, inputs.contradictions)


def dgbas_national_accounts(tables: Tables, _: Estimates) -> Made:
    """Tables 1-2-8 and 1-2-16: two replies of the statistics database nstatdb."""
    macro, industries = tables["T1-2-08"], tables["T1-2-16"]
    gdp = book_inputs.macro_inputs(macro)
    by_industry = book_inputs.value_added_inputs(industries)
    values: dict[tuple[str, str, int], Decimal] = {
        (DGBAS_REAL_GDP, DGBAS_GDP, int(year)): value for year, value in gdp.values.items()
    }
    for name, value in by_industry.values.items():
        kind, key, year = name.split()
        measure = DGBAS_VALUE_ADDED if kind == "value_added" else DGBAS_OUTPUT
        values[measure, DGBAS_INDUSTRIES[key], int(year)] = value
    production = formats.NstatdbTable(
        "A018103010",
        "國內各業生產及平減指數-年",
        (DGBAS_OUTPUT, DGBAS_VALUE_ADDED, DGBAS_REAL_GDP),
        "行業",
        (*DGBAS_INDUSTRIES.values(), DGBAS_GDP),
        values,
    )
    row, measure = "national_income_per_capita", "national_income_per_capita_ntd"
    income = formats.NstatdbTable(
        "A018101010",
        "國民所得統計常用資料-年",
        (DGBAS_INCOME,),
        None,
        (),
        {
            (DGBAS_INCOME, "", int(period)): macro.value(row, period, measure)
            for period in macro.periods(measure)
        },
    )
    note = (
        MIDDLE + "Gross output is not printed: it is the middle of what value added and "
        "value-added rate imply, as is real GDP of the year before the first growth rate. National "
        "income per capita is copied. The reply carries no status; provisional.yml of the edition "
        "declares which values are. "
    )
    files = {
        "A018103010.json": formats.nstatdb_json(production),
        "A018101010.json": formats.nstatdb_json(income),
    }
    denied = (*gdp.contradictions, *by_industry.contradictions)
    return _made("dgbas_national_accounts", files, note, denied)


def mol_wages(tables: Tables, _: Estimates) -> Made:
    """Table 1-2-8: real monthly earnings."""
    macro = tables["T1-2-08"]
    measure = "real_monthly_wage_ntd"
    rows: dict[int, Sequence[formats.Value]] = {
        int(period): [macro.value("real_wage", period, measure)]
        for period in macro.periods(measure)
    }
    data = formats.webmain_csv(
        "工業及服務業每人每月實質總薪資", ["工業及服務業/ 實質總薪資(元)"], rows
    )
    return _made("mol_wages", {"real_monthly_earnings.csv": data}, COPIED)


def moea_factory_survey(tables: Tables, _: Estimates) -> Made:
    """Table 1-2-15: the survey's workbook template, NT$ thousand."""
    table = tables["T1-2-15"]
    inputs = book_inputs.technology_trade_inputs(table)
    (year,) = table.periods("tech_export_ntd_100m")
    rows: list[list[formats.Value]] = [
        ["資料年", "行業代碼", "行業", "技術輸出(千元)", "技術輸入(千元)"]
    ]
    for key in table.row_keys:
        # The book numbers its rows: '1.電子零組件業'.
        label = re.sub(r"^\d+\.", "", table.label(key))
        receipts, payments = (inputs.values[f"{flow} {key}"] for flow in ("receipts", "payments"))
        rows.append([int(year), MOEA_INDUSTRY_CODES[key], label, receipts, payments])
    book = formats.workbook_bytes({"技術貿易_業別": rows}, created=WRITTEN)
    note = MIDDLE + "Shares, balance and scale of all rows were solved as one system. "
    return _made(
        "moea_factory_survey", {"technology_trade.xlsx": book}, note, inputs.contradictions
    )


def un_wpp(tables: Tables, _: Estimates) -> Made:
    """Table 1-1-1: population on 1 January, thousands."""
    table = tables["T1-1-01"]
    rows: list[list[formats.Value]] = []
    for iso3, (number, name) in WPP_LOCATIONS.items():
        for period in table.periods("population_million"):
            thousand = table.value(iso3, period, "population_million") * 1000
            place: list[formats.Value] = [number, iso3, WPP_COUNTRY_OR_AREA, name]
            rows.append([*place, "Medium", int(period), thousand, None])
    header = (
        "LocID",
        "ISO3_code",
        "LocTypeID",
        "Location",
        "Variant",
        "Time",
        "TPopulation1Jan",
        "TPopulation1July",
    )
    data = formats.gzip_bytes(formats.csv_bytes(header, rows))
    note = (
        "The printed millions, in thousands: the middle of their rounding interval. The book "
        "agrees with the population of 1 January; TPopulation1July is not printed and empty. "
    )
    denied = book_inputs.rank_contradictions(table, "rank", "population_million")
    files = {"WPP2024_Demographic_Indicators_Medium.csv.gz": data}
    return _made("un_wpp", files, note, denied)


def wef_grr(tables: Tables, _: Estimates) -> Made:
    """Table 1-1-4: the two rankings of the Global Risks Report 2025."""
    table = tables["T1-1-04"]
    rows = [
        [2025, horizon, cell.value, cell.row_key, RISK_NAMES[cell.row_key], cell.row_label]
        for horizon in table.periods("rank")
        for cell in table.cells
        if cell.period == horizon
    ]
    header = ("report_year", "horizon", "rank", "risk_key", "risk_name_en", "risk_name_zh")
    note = COPIED + "English names are those of the report. "
    return _made("wef_grr", {"risk_ranks.csv": formats.csv_bytes(header, rows)}, note)


def rankings(tables: Tables, _: Estimates) -> Made:
    """Table 1-2-12: Taiwan's places in six rankings."""
    table = tables["T1-2-12"]
    rows: list[list[formats.Value]] = []
    for key in table.row_keys:
        by_measure = {cell.measure: cell for cell in table.row(key)}
        rows.append(
            [
                key,
                table.label(key),
                by_measure["evaluator"].printed,
                by_measure["rank"].period,
                "TWN",
                by_measure["rank"].value,
                by_measure["countries_evaluated"].value,
            ]
        )
    header = (
        "evaluation_key",
        "evaluation_name_zh",
        "evaluator_zh",
        "period",
        "area_code",
        "rank",
        "economies_evaluated",
    )
    return _made("rankings", {"evaluations.csv": formats.csv_bytes(header, rows)}, COPIED)


def mckinsey_ai(tables: Tables, _: Estimates) -> Made:
    """Table 1-1-2: years before and after generative AI."""
    table = tables["T1-1-02"]
    rows = [
        [
            cell.row_no,
            cell.row_key,
            cell.row_label,
            CAPABILITY_NAMES[cell.row_key],
            cell.period,
            cell.value,
        ]
        for cell in table.cells
    ]
    header = (
        "position",
        "capability_key",
        "capability_zh",
        "capability_en",
        "estimate",
        "calendar_year",
    )
    note = COPIED + "position is the printed line; English names are those of the report. "
    return _made("mckinsey_ai", {"capability_years.csv": formats.csv_bytes(header, rows)}, note)


def eu_hydrogen(tables: Tables, _: Estimates) -> Made:
    """Table 1-4-7: the targets of the three stages, as text."""
    table = tables["T1-4-07"]
    rows: list[list[formats.Value]] = []
    for key in table.row_keys:
        (target,) = (cell for cell in table.row(key) if cell.measure == "target_text")
        first, last = map(int, target.period.split("-"))
        rows.append([key, target.row_label, first, last, target.printed])
    header = ("stage_key", "stage_zh", "period_from", "period_to", "target_text_zh")
    return _made("eu_hydrogen", {"stage_targets.csv": formats.csv_bytes(header, rows)}, COPIED)


def _measures(table: PrintedTable) -> list[str]:
    return list(dict.fromkeys(cell.measure for cell in table.cells))
