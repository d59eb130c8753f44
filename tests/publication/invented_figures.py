"""A published database whose figures all have values, invented but of the right size.

The marts are those of the real one; `figure_point` is filled where the shipped edition has no data,
with estimates, preliminary values and gaps in known places.
"""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import duckdb

SIZES = {
    "labour_productivity_index": (100.0, 12.0),
    "export_value_ntd_100m": (42_000.0, 14_000.0),
    "export_share_pct": (28.0, 14.0),
    "export_yoy_pct": (5.0, 30.0),
    "tech_export_ntd_100m": (180.0, 90.0),
    "tech_import_ntd_100m": (190.0, 80.0),
    "tech_balance_ratio": (0.8, 0.3),
    "tech_export_share_pct": (25.0, 8.0),
    "tech_import_share_pct": (25.0, 8.0),
    "ip_receipts_usd_100m": (17.0, 4.0),
    "ip_payments_usd_100m": (46.0, 8.0),
    "ip_balance_ratio": (0.36, 0.04),
    "value_added_ntd_100m": (72_000.0, 9_000.0),
    "value_added_rate_pct": (31.0, 8.0),
    "score": (6.6, 2.2),
}
"""Middle and reach of every measure that has no landed data, in its own unit."""

HIGHLY_CITED = {
    "USA": 48.21, "JPN": 9.87, "CHN": 8.14, "KOR": 6.02, "DEU": 4.51,
    "ISR": 2.9, "GBR": 2.41, "CAN": 2.3, "TWN": 1.73, "FRA": 1.52,
}  # fmt: skip


def fill_figures(published: Path, target: Path) -> Path:
    """Copy a published database and give every figure values; return the copy."""
    shutil.copyfile(published, target)
    target.chmod(0o644)
    with duckdb.connect(str(target)) as connection:
        _fill_missing(connection)
        _fill_highly_cited(connection)
        _mark(connection)
        connection.execute(
            "update book_figure set is_landed = true,"
            " notes_zh = replace(notes_zh, '未載明', '2021'),"
            " notes_en = replace(notes_en, 'unstated', '2021')"
        )
        connection.execute(
            "update book_figure_measure set unit_zh = replace(unit_zh, '未載明', '2021'),"
            " unit_en = replace(unit_en, 'unstated', '2021')"
        )
    return target


def _fill_missing(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.execute(
        "select figure_id, series_key, series_no, point_key, point_no, measure from figure_point"
        " where value is null and gap_en is null"
    ).fetchall()
    for figure_id, series, series_no, point, point_no, measure in rows:
        middle, reach = SIZES[measure]
        wave = math.sin(0.9 * point_no + 1.7 * series_no) * 0.5 + 0.06 * point_no
        value = middle + reach * wave
        if figure_id in ("F1-2-07", "F1-2-11"):
            value = _towards_landed(figure_id, measure, point_no)
        if series in ("total", "both"):
            continue
        connection.execute(
            "update figure_point set value = ?, status = '' where figure_id = ? and series_key = ?"
            " and point_key = ? and measure = ?",
            [value, figure_id, series, point, measure],
        )
    connection.execute(
        """
        update figure_point as total set value = parts.value, status = ''
        from (
            select figure_id, point_key, measure, sum(value) as value
            from figure_point where series_key not in ('total', 'both') group by all
        ) as parts
        where total.series_key in ('total', 'both') and total.figure_id = parts.figure_id
            and total.point_key = parts.point_key and total.measure = parts.measure
        """
    )


def _towards_landed(figure_id: str, measure: str, point_no: int) -> float:
    """Values that end where the landed ones begin."""
    last = {
        "tech_export_ntd_100m": 720.0,
        "tech_import_ntd_100m": 697.0,
        "tech_balance_ratio": 1.03,
        "value_added_ntd_100m": 79_185.0,
        "value_added_rate_pct": 33.44,
    }[measure]
    return last * (1 - 0.055 * (7 - point_no) + 0.02 * math.sin(2 * point_no))


def _fill_highly_cited(connection: duckdb.DuckDBPyConnection) -> None:
    columns = [row[0] for row in connection.execute("describe figure_point").fetchall()]
    measures = connection.execute(
        "select measure, label_zh, label_en, unit_zh, unit_en, decimals from book_figure_measure"
        " where figure_id = 'F1-2-06'"
    ).fetchall()
    for series_no, (area, share) in enumerate(HIGHLY_CITED.items(), 1):
        found = connection.execute(
            "select name_zh_prose, name_en from dim_area where area_code = ?", [area]
        ).fetchone()
        assert found is not None
        for measure, label_zh, label_en, unit_zh, unit_en, decimals in measures:
            row = {
                "edition": "2025-26",
                "figure_id": "F1-2-06",
                "series_no": series_no,
                "series_key": area,
                "series_label_zh": found[0],
                "series_label_en": found[1],
                "point_no": 1,
                "point_key": "2020-2024",
                "point_label_zh": "2020~2024年合計",
                "point_label_en": "2020-2024",
                "measure": measure,
                "measure_label_zh": label_zh,
                "measure_label_en": label_en,
                "unit_zh": unit_zh,
                "unit_en": unit_en,
                "decimals": decimals,
                "value": share if measure.endswith("pct") else share * 1500,
                "status": "",
                "gap_zh": None,
                "gap_en": None,
            }
            connection.execute(
                f"insert into figure_point values ({', '.join('?' for _ in columns)})",
                [row[column] for column in columns],
            )


def _mark(connection: duckdb.DuckDBPyConnection) -> None:
    for figure_id, series, point, measure, status in (
        ("F1-2-04", "services", "2024-Q4", "labour_productivity_index", "P"),
        ("F1-2-05", "electronic_components", "2024", "export_value_ntd_100m", "P"),
        ("F1-2-08", "TWN", "2020", "ip_payments_usd_100m", "E"),
        ("F1-2-09", "SGP", "2022", "tech_export_ntd_100m", "E"),
        ("F1-2-12", "DEU", "2022", "value_added_rate_pct", "E"),
    ):
        connection.execute(
            "update figure_point set status = ? where figure_id = ? and series_key = ?"
            " and point_key = ? and measure = ?",
            [status, figure_id, series, point, measure],
        )
    connection.execute(
        "update figure_point set value = null, status = 'M' where figure_id = 'F1-2-12'"
        " and series_key = 'JPN' and point_key in ('2020', '2023')"
    )
