"""Made-up files of the customs portal, in its form and of the size of its history.

Here: CSV files as the query page gives them, at any scale; at 1.0 25 million lines of ROC years 92
to 113. Not here: the classification of goods, patents (`made_patents`).

What real files do and a reader must stand: Big5, no quotes, a notice above the header or none;
months that several files give; months that were preliminary (初步值) in an earlier file and are
final, with other values, in a later one; year-to-date ranges beside months; goods codes with
letters, the partner 資訊保護國別 and the value D, which repeat what other lines hold; goods that
change their code with the edition of the Harmonized System; a blank before the English name; `?`
where Big5 has no character. A file's name says when it was obtained.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import polars as pl

LINES = 25_000_000
FIRST_ROC_YEAR, LAST_ROC_YEAR = 92, 113
FLOW = "出口總值(含復出口)"
NOTICE = (
    "註1：依據統計法規定，部分貨品資料涉及資訊保護，以英文字母號列表示；"
    "查詢貨品加總時請勿加計，以免重複。\n"
    "註2：國家為「資訊保護國別」者，查詢國家加總時請勿加計。D表不公布數值。\n"
)
COLUMNS = "進出口別,日期,貨品號列,中文貨名,英文貨名,國家,新臺幣(千元),重量(公噸)"

GOODS = (  # HS6 code, Chinese name, English name, weight in value
    ("854231", "處理器及控制器積體電路", "Processors and controllers", 18.0),
    ("854232", "記憶體積體電路", "Memories", 12.0),
    ("854239", "其他積體電路", "Other electronic integrated circuits", 9.0),
    ("854233", "積體電路放大器", "Amplifiers", 0.6),
    ("847330", "電腦零件及附件", "Parts and accessories of computers", 8.0),
    ("847150", "處理單元", "Processing units", 7.0),
    ("847180", "自動資料處理機其他單元", "Other units of automatic data processing machines", 4.0),
    ("847170", "儲存單元", "Storage units", 1.6),
    ("851762", "資料收發轉換機器", "Machines for the reception or conversion of data", 3.2),
    ("851770", "通訊設備零件", "Parts of telephone sets", 1.2),
    ("851779", "其他通訊設備零件", "Other parts of telephone sets", 1.0),
    ("852990", "影音設備零件", "Parts for video and radio apparatus", 1.1),
    ("853400", "印刷電路", "Printed circuits", 1.7),
    ("854140", "光敏半導體裝置", "Photosensitive semiconductor devices", 1.0),
    ("854143", "已組成模組之光伏電池", "Photovoltaic cells assembled in modules", 0.3),
    ("901380", "液晶裝置", "Liquid crystal devices", 2.0),
    ("852351", "固態非揮發性儲存裝置", "Solid-state non-volatile storage devices", 1.8),
    ("850760", "鋰離子蓄電池", "Lithium-ion", 0.3),
    ("848620", "製造半導體裝置之機器", "Machines for the manufacture of semiconductors", 1.0),
    ("271012", "輕油及其調製品", "Light oils and preparations", 1.8),
    ("271019", "其他石油", "Other petroleum oils", 2.4),
    ("390330", "丙烯腈─丁二烯─苯乙烯共聚物", "Acrylonitrile-butadiene-styrene copolymers", 0.8),
    ("390740", "聚碳酸樹脂", "Polycarbonates", 0.4),
    ("290250", "苯乙烯", "Styrene", 0.3),
    (
        "280300",
        "碳（碳?及未列名其他形態碳）",
        "Carbon (carbon blacks and other forms of carbon)",
        0.1,
    ),
    ("300490", "其他醫藥製劑", "Other medicaments", 0.2),
    ("720839", "熱軋鋼捲", "Hot-rolled steel coils", 0.5),
    ("721049", "鍍鋅鋼板", "Products plated or coated with zinc", 0.6),
    ("731815", "螺釘及螺栓", "Screws and bolts", 0.9),
    ("845811", "數控臥式車床", "Horizontal lathes numerically controlled", 0.3),
    ("870899", "其他汽車零件", "Other parts of motor vehicles", 0.8),
    ("871200", "非機動腳踏車", "Bicycles", 0.3),
    ("880330", "飛機零件", "Parts of aeroplanes", 0.2),
    ("880730", "飛機或直升機之其他零件", "Other parts of aeroplanes or helicopters", 0.2),
    ("540752", "染色聚酯織物", "Dyed woven fabrics of polyester", 0.4),
    ("600632", "染色合成纖維針織物", "Dyed knitted fabrics of synthetic fibres", 0.3),
    ("610910", "棉製針織T恤衫", "T-shirts of cotton", 0.05),
    ("090240", "其他紅茶", "Other black tea", 0.02),
    ("030343", "冷凍正鰹", "Skipjack or stripe-bellied bonito", 0.1),
    ("710812", "其他未鍛造金", "Other unwrought gold", 0.2),
)
ONLY_IN = {  # the ROC years in which a code is in use: HS2022 began with 111, HS2017 with 106
    "851770": (92, 110),
    "851779": (111, 999),
    "854140": (92, 110),
    "854143": (111, 999),
    "880330": (92, 110),
    "880730": (111, 999),
    "854233": (97, 999),
}
CHAPTERS = tuple(chapter for chapter in range(1, 98) if chapter not in (77,))
PARTNERS = (
    *("中國大陸", "香港", "美國", "日本", "新加坡", "南韓", "越南", "馬來西亞", "德國", "荷蘭"),
    *("泰國", "菲律賓", "印尼", "印度", "英國", "澳大利亞", "義大利", "法國", "墨西哥", "加拿大"),
    *(
        "波蘭",
        "土耳其",
        "巴西",
        "西班牙",
        "比利時",
        "俄羅斯",
        "沙烏地阿拉伯",
        "瑞典",
        "捷克",
        "以色列",
    ),
    *("匈牙利", "丹麥", "瑞士", "奧地利", "芬蘭", "挪威", "愛爾蘭", "紐西蘭", "南非", "埃及"),
    *("智利", "緬甸", "柬埔寨", "盧森堡", "羅馬尼亞", "其他國家"),
)
PROTECTED_PARTNER = "資訊保護國別"


@dataclass(frozen=True)
class Query:
    """One query of the portal: the periods asked for, and when.

    Attributes:
        obtained: when the file was saved, as in its name.
        months: (ROC year, month, preliminary).
        ranges: (ROC year, last month, preliminary), from January on.
        revised: how often values had been revised by then.
        notice: the file begins with the notice of information protection.
    """

    obtained: str
    months: tuple[tuple[int, int, bool], ...]
    ranges: tuple[tuple[int, int, bool], ...] = ()
    notice: bool = True

    @property
    def file_name(self) -> str:
        return f"綜合查詢_{self.obtained}.csv"


def queries() -> tuple[Query, ...]:
    """Return the history's queries, oldest first: a year each, the last two years asked again."""
    history = [
        Query(
            f"{year + 1911 + 1}0620{year:06d}",
            tuple((year, month, False) for month in range(1, 13)),
            notice=year % 3 != 0,
        )
        for year in range(FIRST_ROC_YEAR, LAST_ROC_YEAR)
    ]
    last = LAST_ROC_YEAR
    early = tuple((last, month, month > 6) for month in range(1, 10))
    late = tuple((last, month, False) for month in range(6, 13))
    to_date = ((last, 3, True),)
    return (
        *history,
        Query(f"{last + 1911}1015093000", early, to_date),
        # June is given twice alike; July to September were preliminary.
        Query(f"{last + 1912}0620{last:06d}", late, notice=False),
    )


def next_month() -> Query:
    """Return the query of the month after the history."""
    return Query(f"{LAST_ROC_YEAR + 1912}0815101500", ((LAST_ROC_YEAR + 1, 1, True),))


def write_query(directory: Path, query: Query, scale: float, seed: int) -> tuple[Path, int]:
    """Write the CSV of one query; return its path and the number of its lines below the header."""
    path, lines = directory / query.file_name, 0
    with path.open("wb") as file:
        file.write(((NOTICE if query.notice else "") + COLUMNS + "\n").encode("cp950"))
        for year, month, preliminary in query.months:
            frame = _month(year, month, preliminary, scale, seed)
            lines += frame.height
            file.write(_csv(frame))
        for year, last, preliminary in query.ranges:
            frame = _range(year, last, preliminary, scale, seed)
            lines += frame.height
            file.write(_csv(frame))
    return path, lines


def _csv(frame: pl.DataFrame) -> bytes:
    text = io.BytesIO()
    frame.write_csv(text, include_header=False, quote_style="never", null_value="")
    return text.getvalue().decode().encode("cp950", errors="replace")


@lru_cache(maxsize=1)
def _goods(scale: float, seed: int) -> pl.DataFrame:
    """Goods codes of 11 digits with names, years of use and weight in value."""
    rng = np.random.default_rng([seed, 20])
    rows = []
    for code, zh, en, weight in GOODS:
        first, last = ONLY_IN.get(code, (92, 999))
        for suffix in ("00004", "90102")[: 1 + (weight > 1)]:
            rows.append((code + suffix, zh, f" {en}", first, last, weight))
    for _ in range(min(9_000, max(20, round(9_000 * scale**0.5)))):
        chapter = CHAPTERS[rng.integers(0, len(CHAPTERS))]
        heading, sub = rng.integers(1, 25), rng.integers(1, 9)
        code = f"{chapter:02d}{heading:02d}{sub}0{rng.integers(0, 99_999):05d}"
        name = f"第{chapter}章其他貨品{heading}號"
        rows.append((code, name, f" Other goods of chapter {chapter}", 92, 999, 0.004))
    schema = ["goods_code", "zh", "en", "first", "last", "weight"]
    return pl.DataFrame(rows, schema=schema, orient="row").unique("goods_code").sort("goods_code")


@lru_cache(maxsize=1)
def _pairs(scale: float, seed: int) -> pl.DataFrame:
    """Pairs of goods and partners that trade at all, and how much, in file order."""
    rng = np.random.default_rng([seed, 21])
    goods = _goods(scale, seed)
    wanted = max(12, round(LINES * scale / 264 / 0.62))
    popular = (np.arange(1, goods.height + 1) ** -0.7)[rng.permutation(goods.height)]
    near = np.arange(1, len(PARTNERS) + 1) ** -0.6
    found: pl.DataFrame = pl.DataFrame()
    while found.height < min(wanted, goods.height * len(PARTNERS) * 0.8):
        more = pl.DataFrame(
            {
                "good": rng.choice(goods.height, wanted, p=popular / popular.sum()),
                "partner": rng.choice(len(PARTNERS), wanted, p=near / near.sum()),
            }
        )
        found = pl.concat([found, more]).unique(maintain_order=True)[:wanted]
    weight = goods["weight"].gather(found["good"]).to_numpy()
    size = weight * near[found["partner"].to_numpy()] * rng.lognormal(8, 1.5, found.height)
    kilogram = rng.lognormal(-6, 1.5, found.height)
    return found.with_columns(
        pl.Series("size", size), pl.Series("tonnes_per_thousand", kilogram)
    ).sort("good", "partner")


def _lines(year: int, month: int, revision: int, scale: float, seed: int) -> pl.DataFrame:
    pairs, goods = _pairs(scale, seed), _goods(scale, seed)
    rng = np.random.default_rng([seed, 22, year, month])
    growth = 1.045 ** (year - FIRST_ROC_YEAR) * (1 + 0.1 * np.sin(month))
    traded = rng.random(pairs.height) < 0.62
    value = np.floor(pairs["size"].to_numpy() * growth * rng.lognormal(0, 0.4, pairs.height))
    if revision:
        changed = np.random.default_rng([seed, 23, year, month]).random(pairs.height) < 0.1
        value = np.where(changed, np.floor(value * 1.031) + 1, value)
    return (
        pairs.select(
            "good",
            "partner",
            pl.Series("value", value.astype(np.int64)),
            (pl.Series(value) * pl.col("tonnes_per_thousand")).round(3).alias("weight"),
        )
        .filter(pl.Series(traded))
        .with_columns(goods.select("first", "last")[pairs.filter(pl.Series(traded))["good"]])
        .filter(pl.lit(year).is_between("first", "last"))
        .drop("first", "last")
    )


def _month(year: int, month: int, preliminary: bool, scale: float, seed: int) -> pl.DataFrame:
    # A preliminary month is the one before its revision.
    lines = _lines(year, month, 0 if preliminary else 1, scale, seed)
    return _dressed(lines, f"{year}年{month}月{'(初步值)' * preliminary}", scale, seed)


def _range(year: int, last: int, preliminary: bool, scale: float, seed: int) -> pl.DataFrame:
    months = [_lines(year, month, 1, scale, seed) for month in range(1, last + 1)]
    total = (
        pl.concat(months)
        .group_by("good", "partner")
        .agg(pl.col("value").sum(), pl.col("weight").sum().round(3))
    )
    label = f"{year}年1月~{year}年{last}月{'(初步值)' * preliminary}"
    return _dressed(total.sort("good", "partner"), label, scale, seed)


def _dressed(lines: pl.DataFrame, label: str, scale: float, seed: int) -> pl.DataFrame:
    """Add names, and the lines of information protection, which repeat what others hold."""
    goods = _goods(scale, seed)
    partner = pl.Series(PARTNERS)
    frame = lines.select(
        pl.lit(FLOW).alias("flow"),
        pl.lit(label).alias("label"),
        goods["goods_code"].gather(lines["good"]).alias("code"),
        goods["zh"].gather(lines["good"]).alias("zh"),
        goods["en"].gather(lines["good"]).alias("en"),
        partner.gather(lines["partner"]).alias("partner"),
        pl.col("value").cast(pl.String),
        pl.col("weight").cast(pl.String).str.strip_suffix(".0"),
    )
    if not frame.height:
        return frame
    hidden = frame.gather_every(50).with_columns(partner=pl.lit(PROTECTED_PARTNER))
    letters = pl.DataFrame({"code": ["28ZZZZ", "38ZZZZ", "85ZZZZ"]}).select(
        pl.lit(FLOW).alias("flow"),
        pl.lit(label).alias("label"),
        "code",
        pl.lit("資訊保護貨品").alias("zh"),
        pl.lit(" Protected goods").alias("en"),
        pl.lit(PROTECTED_PARTNER).alias("partner"),
        pl.Series("value", ["D", "1204", "D"]),
        pl.Series("weight", ["D", "30.5", "D"]),
    )
    hidden = hidden.unique("code", keep="first", maintain_order=True)
    return pl.concat([frame, hidden, letters])
