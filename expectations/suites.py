"""The dozen statements per mart that an editor would read before signing an edition.

Here: statements as data, each with its meaning in English and Chinese and the expectation that
checks it. To add one, append a `Statement`; no other file changes.
Not here: how they are run (`runner`), what follows from them (`gate`). Keys, relations, identities
and coverage are dbt tests (dbt_project/tests), columns that must not be empty are contracts of the
marts; neither is said again here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Statement:
    """One sentence about a mart that is either true or not.

    Args:
        en: the sentence in English, as the report prints it.
        zh: the same in Chinese.
        expectation: name of a Great Expectations class, e.g. ``ExpectColumnValuesToNotBeNull``.
        arguments: that expectation's arguments.
        among: SQL predicate on the mart; the statement is about the rows it selects. Empty: all.
        severity: ``error`` stops the edition, ``warn`` is put before the editor.
    """

    en: str
    zh: str
    expectation: str
    arguments: Mapping[str, object] = field(default_factory=dict)
    among: str = ""
    severity: Severity = "error"


@dataclass(frozen=True)
class Suite:
    """The statements about one mart."""

    mart: str
    statements: tuple[Statement, ...]


def _not_empty(en: str, zh: str) -> Statement:
    return Statement(en, zh, "ExpectTableRowCountToBeBetween", {"min_value": 1})


def _always_given(column: str, en: str, zh: str, among: str = "") -> Statement:
    return Statement(en, zh, "ExpectColumnValuesToNotBeNull", {"column": column}, among)


def _one_of(column: str, values: list[str], en: str, zh: str) -> Statement:
    return Statement(en, zh, "ExpectColumnValuesToBeInSet", {"column": column, "value_set": values})


def _matches(column: str, regex: str, en: str, zh: str) -> Statement:
    return Statement(en, zh, "ExpectColumnValuesToMatchRegex", {"column": column, "regex": regex})


def _between(
    column: str,
    low: float | None,
    high: float | None,
    en: str,
    zh: str,
    among: str = "",
    severity: Severity = "error",
) -> Statement:
    return Statement(
        en,
        zh,
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": low, "max_value": high},
        among,
        severity,
    )


def _has_members(column: str, members: list[str], en: str, zh: str) -> Statement:
    return Statement(
        en,
        zh,
        "ExpectColumnDistinctValuesToContainSet",
        {"column": column, "value_set": members},
    )


def _rarely(column: str, value: str, mostly: float, en: str, zh: str) -> Statement:
    return Statement(
        en,
        zh,
        "ExpectColumnValuesToNotBeInSet",
        {"column": column, "value_set": [value], "mostly": mostly},
        severity="warn",
    )


_TABLE_ID = r"^T\d-\d-\d{2}$"
_ONE_NUMBER = r"^(?:[↑↓] )?-?\d{1,3}(?:,?\d{3})*(?:\.\d+)?\D{0,12}$|^N/A$"
_OBSERVATION_STATUS = "BDEFGHIJKLMNOPQSUVW"
"""SDMX code list CL_OBS_STATUS but for A, which is kept as empty. MSTI uses B, D, E, K, P and W."""
_CHINESE = r"[\u4e00-\u9fff]"

BOOK_CELL = Suite(
    "book_cell",
    (
        _not_empty("The book has cells.", "書中至少有一個數值儲存格。"),
        _matches(
            "table_id",
            _TABLE_ID,
            "Table ids read like T1-2-03.",
            "表編號的格式如T1-2-03。",
        ),
        _one_of(
            "status",
            ["", "P", "E", "M"],
            "A cell is normal, preliminary (P), estimated (E) or missing (M).",
            "儲存格狀態僅有：正常、初步（P）、推估（E）、缺漏（M）。",
        ),
        _always_given(
            "value",
            "A cell that is not marked missing has a value.",
            "未標示缺漏的儲存格都有數值。",
            among="status <> 'M'",
        ),
        Statement(
            "A missing cell prints N/A.",
            "缺漏的儲存格印N/A。",
            "ExpectColumnValuesToBeInSet",
            {"column": "printed_as", "value_set": ["N/A"]},
            among="status = 'M'",
        ),
        Statement(
            "Only a missing cell prints N/A.",
            "僅缺漏的儲存格印N/A。",
            "ExpectColumnValuesToNotBeInSet",
            {"column": "printed_as", "value_set": ["N/A"]},
            among="status <> 'M'",
        ),
        _matches(
            "printed_as",
            _ONE_NUMBER,
            "Every printed string is one number, or N/A.",
            "每個印出字串都是單一數字或N/A。",
        ),
        _between("decimals", 0, 4, "Cells print with 0 to 4 decimals.", "小數位數介於0至4位。"),
        _between("row_no", 1, 60, "A table has 1 to 60 lines.", "每張表有1至60列。"),
        _between(
            "value",
            -0.005,
            100.005,
            "Printed shares lie between 0 and 100 per cent.",
            "印出的占比介於0至100%之間。",
            among="measure like '%\\_share\\_pct' escape '\\'",
        ),
        _between(
            "value",
            1,
            None,
            "Printed ranks start at 1.",
            "印出的排名從1起算。",
            among="measure like 'rank%'",
        ),
        _between(
            "value",
            -50,
            50,
            "No yearly growth printed is beyond 50 per cent either way.",
            "印出的年增率均在正負50%之內。",
            among="measure like '%\\_yoy\\_pct' escape '\\' or measure like '%growth%'",
            severity="warn",
        ),
        _rarely(
            "status",
            "E",
            0.9,
            "At most one cell in ten rests on an estimate.",
            "推估的儲存格不超過一成。",
        ),
        _rarely(
            "status",
            "M",
            0.95,
            "At most one cell in twenty is missing.",
            "缺漏的儲存格不超過百分之五。",
        ),
    ),
)

PRINTED_CELL = Suite(
    "printed_cell",
    (
        _not_empty("The printed book was transcribed.", "已有印刷版轉錄資料。"),
        _matches(
            "table_id",
            _TABLE_ID,
            "Table ids read like T1-2-03.",
            "表編號的格式如T1-2-03。",
        ),
        _matches(
            "printed",
            r"\S",
            "Every transcribed cell keeps the string as printed.",
            "每個轉錄儲存格都保留原印字串。",
        ),
        _one_of(
            "flag",
            ["", "p", "na"],
            "A printed cell is plain, preliminary (p) or N/A (na).",
            "印刷儲存格標記僅有：無、初步（p）、無資料（na）。",
        ),
        Statement(
            "A cell printed as N/A has no value.",
            "印為N/A的儲存格沒有數值。",
            "ExpectColumnValuesToBeNull",
            {"column": "value"},
            among="flag = 'na'",
        ),
    ),
)

MICRODATA = ("customs_portal", "uspto_bulk")
"""Sources whose observations are counted from records: made of many lines, and of none."""

INDICATOR_OBSERVATION = Suite(
    "indicator_observation",
    (
        _not_empty("There are observations.", "至少有一筆觀測值。"),
        _has_members("area_code", ["TWN"], "Taiwan is observed.", "觀測值包含臺灣。"),
        _always_given(
            "source_file",
            "Every observation can be traced to a file.",
            "每筆觀測值都可追溯至檔案。",
        ),
        _always_given(
            "source_row",
            "Every observation that is neither an estimate nor counted from microdata can be "
            "traced to a line of its file.",
            "凡非推估、亦非由個體資料統計的觀測值，都可追溯至檔案的某一列。",
            among=f"estimate_id is null and source_id not in {MICRODATA}",
        ),
        _matches(
            "period",
            r"^(?:\d{4}(?:-(?:\d{4}|Q[1-4]|\d{2}))?|[a-z][a-z0-9_]*)?$",
            "A period is a year, a range of years, a quarter, a month, or the name of an outlook.",
            "期間為年、年度區間、季、月或展望別。",
        ),
        _one_of(
            "status",
            ["", *_OBSERVATION_STATUS],
            "A status is empty or one of SDMX's observation status letters.",
            "狀態為空白或SDMX觀測狀態代碼。",
        ),
        Statement(
            "Every estimate of the editor is marked E and names its rule.",
            "編輯的每個推估值都標示E並註明規則。",
            "ExpectColumnPairValuesToBeInSet",
            {
                "column_A": "status",
                "column_B": "estimate_rule",
                "value_pairs_set": [
                    ("E", "given"),
                    ("E", "interpolate"),
                    ("E", "extend_increment"),
                    ("E", "carry_growth"),
                ],
            },
            among="estimate_id is not null",
        ),
        _one_of(
            "basis",
            ["publisher", "transcribed", "editor", "corrected"],
            "An observation rests on the publisher's file, the printed book or the editor.",
            "觀測值依據為發布機關檔案、印刷書、編輯推估或編輯更正。",
        ),
    ),
)

DIM_AREA = Suite(
    "dim_area",
    (
        _matches(
            "area_code",
            r"^(?:[A-Z]{3}|OECD|E[AU]\d{2}(?:_\d{4})?)$",
            "An area code is ISO 3166 alpha-3 or a group such as OECD, EU27_2020; UNK is unknown.",
            "地區代碼為ISO 3166三碼或OECD、EU27_2020等群組；UNK為未知。",
        ),
        _has_members(
            "area_code",
            ["TWN", "OECD", "EU27_2020", "WLD", "UNK"],
            "Taiwan, the OECD, the EU27, the world and 'unknown' are members.",
            "地區包含臺灣、OECD、歐盟27國、全球與未知。",
        ),
        Statement(
            "Taiwan is shown as 中華民國 in tables.",
            "臺灣於表中顯示為中華民國。",
            "ExpectColumnValuesToBeInSet",
            {"column": "name_zh", "value_set": ["中華民國"]},
            among="area_code = 'TWN'",
        ),
        _matches(
            "name_en",
            r"^[\x20-\u024f’]+$",
            "English names are written in Latin letters.",
            "英文名稱以拉丁字母書寫。",
        ),
    ),
)

DIM_INDICATOR = Suite(
    "dim_indicator",
    (
        _not_empty("There are indicators.", "至少有一項指標。"),
        _matches(
            "indicator_id",
            r"^[a-z][a-z0-9_]*$",
            "Indicator ids are lower-case words joined by underscores.",
            "指標代碼為小寫英文字與底線。",
        ),
        _matches(
            "definition_en",
            r"^.{20}",
            "Every indicator is defined in English, not merely named.",
            "每項指標都有英文定義，而非僅有名稱。",
        ),
        _matches(
            "definition_zh",
            _CHINESE,
            "Every indicator is defined in Chinese.",
            "每項指標都有中文定義。",
        ),
    ),
)

DIM_SOURCE = Suite(
    "dim_source",
    (
        _not_empty("There are sources.", "至少有一個來源。"),
        _matches(
            "title_zh",
            _CHINESE,
            "Every source has a title in Chinese.",
            "每個來源都有中文名稱。",
        ),
        _matches(
            "homepage",
            r"^https://",
            "Every source says where it is published.",
            "每個來源都註明發布網址。",
        ),
        _one_of(
            "access",
            ["open", "by hand"],
            "A source is open or landed by hand.",
            "來源為開放取得或人工取得。",
        ),
    ),
)

SOURCE_SNAPSHOT = Suite(
    "source_snapshot",
    (
        _not_empty("The edition rests on snapshots.", "本版至少依據一份原始檔案。"),
        _matches(
            "sha256",
            r"^[0-9a-f]{64}$",
            "Every file has its SHA-256 fingerprint.",
            "每份檔案都有SHA-256雜湊值。",
        ),
        _between("size_bytes", 1, None, "No file is empty.", "沒有空檔案。"),
        _one_of(
            "basis",
            ["publisher", "transcribed"],
            "A file is the publisher's own or was transcribed from the printed book.",
            "檔案為發布機關原檔或由印刷書轉錄。",
        ),
        _always_given(
            "obtained_how", "Every file says how it was obtained.", "每份檔案都註明取得方式。"
        ),
        _always_given("licence", "Every file states its licence.", "每份檔案都註明授權。"),
        _always_given("citation", "Every file can be cited.", "每份檔案都有引用格式。"),
    ),
)

SUITES: tuple[Suite, ...] = (
    BOOK_CELL,
    PRINTED_CELL,
    INDICATOR_OBSERVATION,
    DIM_AREA,
    DIM_INDICATOR,
    DIM_SOURCE,
    SOURCE_SNAPSHOT,
)
"""Every suite, in the order in which an editor reads them."""
