"""Files in the publishers' formats, with invented numbers, for figures that ship without data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import openpyxl

SURVEYED = (2017, 2018, 2019, 2021, 2022, 2023)
PEERS = ("Denmark", "Finland", "Netherlands", "Norway", "Singapore", "Sweden", "Switzerland")
CRITERIA = (
    "Scientific research legislation",
    "Intellectual property rights",
    "Knowledge transfer",
    "Digital/Technological skills",
    "Qualified engineers",
    "Public-private partnerships",
    "Banking and financial services",
    "Entrepreneurship",
    "Attracting and retaining talents",
    "Foreign highly-skilled personnel",
    "Digital transformation in companies",
    "Use of digital tools and technologies",
)


def workbook(path: Path, sheets: Mapping[str, Iterable[Iterable[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def factory_survey(folder: Path) -> list[Path]:
    """Totals of six years; Thailand apart from 2021 on; amounts in thousands of NT$."""
    amounts = ["技術輸出(千元)", "技術輸入(千元)"]
    totals = [["資料年", "行業", *amounts]]
    partners: list[list[object]] = [["資料年", "國家", *amounts]]
    for step, year in enumerate(SURVEYED):
        totals.append([year, "整體產業", 50_000_000 + step * 4_000_000, 60_000_000 + step * 10**6])
        partners += [
            [year, "新加坡", 10_000_000 + step * 10**6, 2_000_000],
            [year, "大陸地區", 20_000_000, 3_000_000],
            [year, "美國", 1_000_000, 30_000_000],
            [year, "日本", 1_500_000, 12_000_000],
            [year, "其他國家", 5_000_000, 4_000_000],
        ]
        if year >= 2021:
            partners.append([year, "泰國", 6_000_000, 100_000])
    return [workbook(folder / "survey.xlsx", {"技術貿易_業別": totals, "技術貿易_國別": partners})]


def yearbook(folder: Path) -> list[Path]:
    """Scores of Taiwan and all peers but one of the last criterion, which Norway lacks."""
    rows: list[list[object]] = [["Country", "Year", "Criterion", "Value"]]
    for year in (2024, 2025):
        for number, criterion in enumerate(CRITERIA):
            rows.append(["Taiwan (Chinese Taipei)", year, f"{criterion} (WCY)", 5 + number / 4])
            for place, peer in enumerate(PEERS):
                score = 6 + place / 2
                missing = peer == "Norway" and number == len(CRITERIA) - 1
                rows.append([peer, year, f"{criterion} (WCY)", "-" if missing else score])
    return [workbook(folder / "scores.xlsx", {"Values": rows})]


def balance_of_payments(folder: Path) -> list[Path]:
    """Quarters from 2017 on; of 2024 the last one is not out yet. USD million."""
    items = ["服務-其他服務-智慧財產權使用費-收入", "服務-其他服務-智慧財產權使用費-支出"]
    periods = [f"{year}Q{quarter}" for year in range(2017, 2025) for quarter in range(1, 5)][:-1]
    rows = [[period, str(400 + at), str(1100 + 2 * at)] for at, period in enumerate(periods)]
    document = {
        "meta": {"filename": "BPP2Q01.px", "units": "百萬美元"},
        "data": {
            "dataSets": rows,
            "structure": {"Table1": [{"data": item} for item in items]},
        },
    }
    target = folder / "BPP2Q01.json"
    target.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return [target]


def productivity(folder: Path) -> list[Path]:
    """Two industries, twenty quarters; the base year stands in the measure's name."""
    quarters = [f"{year}年第{quarter}季" for year in range(109, 114) for quarter in range(1, 5)]
    names = ",".join(f'"{quarter}"' for quarter in quarters)
    numbers = [f"{90 + at + 0.5 * row}" for row in (0, 1) for at in range(20)]
    target = folder / "productivity.px"
    target.write_text(
        'CHARSET="ANSI";\nMATRIX="LP1";\nSTUB="指標","行業";\nHEADING="統計期";\n'
        'VALUES("指標")="勞動生產力指數(2021年=100)";\nVALUES("行業")="製造業","服務業";\n'
        f'VALUES("統計期")={names};\nDATA=\n{" ".join(numbers)};\n',
        encoding="cp950",
    )
    return [target]


def accounts(folder: Path) -> list[Path]:
    """Value added and output of three economies, one value estimated by the publisher.

    Japan stands in millions and the USA in thousands of millions; Korea has no output.
    """
    head = (
        "DATAFLOW,FREQ,REF_AREA,SECTOR,COUNTERPART_SECTOR,TRANSACTION,INSTR_ASSET,ACTIVITY,"
        "EXPENDITURE,UNIT_MEASURE,PRICE_BASE,TRANSFORMATION,TABLE_IDENTIFIER,TIME_PERIOD,"
        "OBS_VALUE,OBS_STATUS,UNIT_MULT,BASE_PER"
    )
    lines = [head]
    for area, exponent, whole in (("JPN", 6, 300_000), ("USA", 9, 6_000), ("KOR", 6, None)):
        for year in range(2017, 2024):
            for transaction, value in (("B1G", 0.3 * (whole or 1000)), ("P1", whole)):
                if value is None:
                    continue
                status = "P" if (area, year, transaction) == ("JPN", 2023, "P1") else ""
                lines.append(
                    f"OECD.SDD.NAD:DSD_NAMAIN10@DF_TABLE6(1.1),A,{area},S1,S1,{transaction},_Z,C,"
                    f"_Z,XDC,V,N,T0601,{year},{value + year - 2017},{status},{exponent},"
                )
    target = folder / "table6.csv"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [target]


LANDED = {
    "moea_factory_survey": factory_survey,
    "imd_wcy": yearbook,
    "cbc_bop": balance_of_payments,
    "dgbas_productivity": productivity,
    "oecd_national_accounts": accounts,
}
"""What is landed, by source."""
