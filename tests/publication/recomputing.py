"""Recomputes the book from the raw lines that `whitepaper explain --raw --json` shows.

Independent of the warehouse: reads the JSON only, parses the numbers out of the raw records with
its own few lines per publisher, and applies the formulas in exact fractions. A record that is not
of the indicator, area, breakdown and period that the explanation claims is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

Json = dict[str, Any]


class Unexplained(AssertionError):
    """The explanation does not lead to the number."""


def recompute(cell: Json, seen: dict[tuple[str, ...], str]) -> Fraction | None:
    """The value of a cell from its raw lines; None where the explanation says that there is none.

    `seen` keeps, over all cells, which of the publisher's labels stands for which of our keys.
    """
    if cell["value"] is None:
        return None
    return _apply(cell["formula"], cell["inputs"], cell["period"], seen)


def _apply(formula: Json, inputs: list[Json], period: str, seen: dict) -> Fraction:
    given = {
        line["role"]: _observation(line["observation"], seen)
        for line in inputs
        if line["role"] != "ranked_among"
    }
    rivals = [
        (_observation(line["observation"], seen), line["observation"]["area"]["id"])
        for line in inputs
        if line["role"] == "ranked_among"
    ]
    years = {
        line["role"]: int(line["observation"]["period"])
        for line in inputs
        if line["observation"]["period"].isdigit()
    }
    constant = None if formula["constant"] is None else Fraction(Decimal(str(formula["constant"])))
    try:
        return _compute(formula["id"], given, constant, rivals, period, years, inputs)
    except (KeyError, ZeroDivisionError) as error:
        raise Unexplained(f"{formula['id']} lacks {error}") from error


def _compute(name, given, constant, rivals, period, years, inputs) -> Fraction:
    if name == "given":
        return given["value"]
    if name == "scaled":
        return given["value"] / constant
    if name == "rounded":
        return _round(given["value"], int(constant))
    if name == "growth_pct":
        return 100 * (given["value"] / given["previous"] - 1)
    if name == "difference":
        return (given["minuend"] - given["subtrahend"]) / constant
    if name == "sum":
        return (given["addend"] + given["other_addend"]) / constant
    if name == "share_pct":
        return 100 * given["numerator"] / given["denominator"]
    if name == "share_change_pp":
        now = 100 * given["numerator"] / given["denominator"]
        return now - 100 * given["previous_numerator"] / given["previous_denominator"]
    if name == "share_of_total":
        units = {line["role"]: line["observation"]["unit"]["id"] for line in inputs}
        if units["share"] != "pct" or units["total"] == "pct":
            raise Unexplained(f"a share and a total in {units}")
        return given["total"] / constant * _round(given["share"], 2) / 100
    if name == "whole":
        return 100 * given["total"] / given["total"]
    if name == "quotient":
        return given["numerator"] / (given["denominator"] / constant)
    if name in ("rank", "place"):
        own = [line["observation"]["area"]["id"] for line in inputs if line["role"] == "value"]
        if len(own) != 1 or own[0] not in [area for _, area in rivals]:
            raise Unexplained(f"{own} is not among those that it is ranked among")
        before = sum(1 for value, _ in rivals if value > given["value"])
        if name == "place":
            before += sum(1 for value, area in rivals if value == given["value"] and area < own[0])
        return Fraction(1 + before)
    if name == "given_by_editor":
        return constant
    if name == "carry_growth":
        return given["previous"] * (1 + constant / 100)
    if name == "extend_increment":
        return given["previous"] + (given["previous"] - given["before_previous"])
    if name == "interpolate":
        way = Fraction(int(period) - years["before"], years["after"] - years["before"])
        return given["before"] + (given["after"] - given["before"]) * way
    raise Unexplained(f"no such formula: {name}")


def _round(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * 10**places + Fraction(1, 2)
    rounded = Fraction(scaled.numerator // scaled.denominator, 10**places)
    return rounded if value >= 0 else -rounded


def _observation(observation: Json, seen: dict) -> Fraction:
    if observation["formula"] is not None:
        if observation["estimate"] is not None and not observation["estimate"]["reason_en"]:
            raise Unexplained("an estimate without a reason")
        return _apply(observation["formula"], observation["inputs"], observation["period"], seen)
    if not observation["raw"] or not re.fullmatch(
        "[0-9a-f]{64}", observation["files"][0]["sha256"]
    ):
        raise Unexplained(f"no raw line: {observation['indicator']['id']}")
    (record,) = observation["raw"]
    if record["number"] != observation["source_row"]:
        raise Unexplained("another line")
    found = READERS[observation["source"]["id"]](
        dict(map(tuple, record["fields"])), record["text"], observation, seen
    )
    if (correction := observation["correction"]) is not None:
        return Fraction(Decimal(str(correction["value"])))
    return found


def _must(holds: bool, what: str, observation: Json) -> None:
    if not holds:
        key = observation["indicator"]["id"], observation["area"]["id"], observation["period"]
        raise Unexplained(f"the raw line is not that of {key}: {what}")


def _same(seen: dict, observation: Json, ours: str, theirs: str) -> None:
    """One label of a publisher stands for one key of ours, throughout the book."""
    source = observation["source"]["id"]
    for key, value in (((source, "ours", ours), theirs), ((source, "theirs", theirs), ours)):
        _must(seen.setdefault(key, value) == value, f"{ours} is {theirs}", observation)


def _number(text: str) -> Fraction:
    return Fraction(Decimal(text.replace(",", "")))


def _roc(text: str) -> str:
    return str(int(re.fullmatch(r"(\d+)年", text)[1]) + 1911)


MSTI = {
    ("gerd_constant_ppp", "total"): ("G", "USD_PPP", "Q", 6),
    ("gerd_pct_gdp", "total"): ("G", "PT_B1GQ", "_Z", 0),
    ("gerd_constant_ppp_by_source", "business_enterprise"): ("G_FB", "USD_PPP", "Q", 6),
    ("gerd_constant_ppp_by_source", "government"): ("G_FG", "USD_PPP", "Q", 6),
    ("gerd_constant_ppp_by_source", "other_national"): ("G_FON", "USD_PPP", "Q", 6),
    ("gerd_constant_ppp_by_source", "rest_of_world"): ("G_FA", "USD_PPP", "Q", 6),
    ("researchers_fte", "total"): ("T_RS", "FTE", "_Z", 0),
    ("researchers_per_1000_employed", "total"): ("T_RS", "10P3EMP", "_Z", 0),
}


def _msti(record, text, observation, seen) -> Fraction:
    measure, unit, base, exponent = MSTI[observation["indicator"]["id"], observation["breakdown"]]
    found = [record[k] for k in ("MEASURE", "UNIT_MEASURE", "PRICE_BASE", "TRANSFORMATION", "FREQ")]
    _must(found == [measure, unit, base, "_Z", "A"], str(found), observation)
    _must(record["TIME_PERIOD"] == observation["period"], record["TIME_PERIOD"], observation)
    _must(record["REF_AREA"] == observation["area"]["id"], record["REF_AREA"], observation)
    return _number(record["OBS_VALUE"]) * Fraction(10) ** (int(record["UNIT_MULT"] or 0) - exponent)


CRITERIA = {
    "rank_laws_encourage_research_innovation": "Scientific research legislation",
    "rank_ip_rights_protection": "Intellectual property rights",
    "rank_technology_transfer_services": "Knowledge transfer",
    "rank_digital_technological_skills": "Digital/Technological skills",
    "rank_qualified_engineers": "Qualified engineers",
    "rank_public_private_partnerships": "Public-private partnerships",
    "rank_banking_financial_services": "Banking and financial services",
    "rank_entrepreneurship": "Entrepreneurship",
    "rank_attracting_retaining_talents": "Attracting and retaining talents",
    "rank_foreign_highly_skilled_personnel": "Foreign highly-skilled personnel",
    "rank_digital_transformation_companies": "Digital transformation in companies",
    "rank_use_digital_tools_technologies": "Use of digital tools and technologies",
}


def _imd(record, text, observation, seen) -> Fraction:
    _must(record["Year"] == observation["period"], record["Year"], observation)
    _same(seen, observation, observation["area"]["id"], record["Country"])
    return _number(record[f"{CRITERIA[observation['breakdown']]} (WCY)"])


def _dgbas(record, text, observation, seen) -> Fraction:
    measure = {
        "real_gdp": "連鎖實質值",
        "national_income_per_capita": "平均每人所得",
        "value_added": "國內生產毛額_當期價格",
        "gross_output": "生產總額_當期價格",
    }[observation["indicator"]["id"]]
    _must(measure in record["指標"], record["指標"], observation)
    _must(_roc(record["統計期"]) == observation["period"], record["統計期"], observation)
    if observation["indicator"]["id"] == "real_gdp":
        _must(record["行業"] == "GDP", record["行業"], observation)
    elif "行業" in record:
        _same(seen, observation, observation["breakdown"], record["行業"])
    (written,) = re.findall(r": \[([-\d.]+)", text)
    return _number(written)


def _wages(record, text, observation, seen) -> Fraction:
    _must(_roc(record["統計期"]) == observation["period"], record["統計期"], observation)
    return _number(record["工業及服務業/ 實質總薪資(元)"])


CLASSES = {
    "high_tech": "高科技",
    "medium_high_tech": "中高科技",
    "medium_low_tech": "中低科技",
    "low_tech": "低科技",
    "high_capital_intensity": "高資本密集",
    "medium_capital_intensity": "中資本密集",
    "low_capital_intensity": "低資本密集",
    "high_skill_intensity": "高技術人力密集",
    "medium_skill_intensity": "中技術人力密集",
    "low_skill_intensity": "低技術人力密集",
}


def _exports(record, text, observation, seen) -> Fraction:
    _must(_roc(record["統計期"]) == observation["period"], record["統計期"], observation)
    if observation["indicator"]["id"] == "exports_total":
        return _number(record["按新臺幣計算(百萬元)/ 總計"])
    return _number(record[f"{CLASSES[observation['breakdown']]}/ 占比(%)"])


def _rankings(record, text, observation, seen) -> Fraction:
    found = record["evaluation_key"], record["area_code"], record["period"]
    wanted = observation["breakdown"], observation["area"]["id"], observation["period"]
    _must(found == wanted, str(found), observation)
    column = {"ranking_position": "rank", "ranking_economies": "economies_evaluated"}
    return _number(record[column[observation["indicator"]["id"]]])


def _uspto(record, text, observation, seen) -> Fraction:
    _same(seen, observation, observation["area"]["id"], record["area_code"])
    if observation["indicator"]["id"] == "patents_granted":
        _must(record["grant_year"] == observation["period"], record["grant_year"], observation)
        return _number(record["grants"])
    window = f"{record['first_year']}-{record['last_year']}"
    found = record["wipo_field"], window
    _must(found == (observation["breakdown"], observation["period"]), str(found), observation)
    column = {"patents_granted_by_field": "grants", "patent_rank_by_field": "rank_among_all_areas"}
    return _number(record[column[observation["indicator"]["id"]]])


def _weo(record, text, observation, seen) -> Fraction:
    found = record["ISO"], record["Subject Descriptor"], record["Units"], record["Scale"]
    wanted = observation["area"]["id"], "Population", "Persons", "Millions"
    _must(found == wanted, str(found), observation)
    return _number(record[observation["period"]]) * 10**6


def _wpp(record, text, observation, seen) -> Fraction:
    found = record["ISO3_code"], record["Time"], record["Variant"]
    _must(
        found == (observation["area"]["id"], observation["period"], "Medium"),
        str(found),
        observation,
    )
    return _number(record["TPopulation1Jan"])


def _survey(record, text, observation, seen) -> Fraction:
    _must(record["資料年"] == observation["period"], record["資料年"], observation)
    _same(seen, observation, observation["breakdown"], record["行業"])
    column = {"technology_receipts": "技術輸出(千元)", "technology_payments": "技術輸入(千元)"}
    return _number(record[column[observation["indicator"]["id"]]])


def _risks(record, text, observation, seen) -> Fraction:
    found = f"{record['horizon']}:{record['risk_key']}", record["report_year"]
    _must(found == (observation["breakdown"], observation["period"]), str(found), observation)
    return _number(record["rank"])


def _capabilities(record, text, observation, seen) -> Fraction:
    found = record["capability_key"], record["estimate"]
    _must(found == (observation["breakdown"], observation["period"]), str(found), observation)
    return _number(record["calendar_year"])


def _hydrogen(record, text, observation, seen) -> Fraction:
    found = record["stage_key"], f"{record['period_from']}-{record['period_to']}"
    _must(found == (observation["breakdown"], observation["period"]), str(found), observation)
    unit = {"hydrogen_electrolyser_gw": "GW", "hydrogen_output_10kt": "萬噸"}
    pattern = rf"([\d,]+) *{unit[observation['indicator']['id']]}"
    return _number(re.search(pattern, record["target_text_zh"])[1])


READERS = {
    "oecd_msti": _msti,
    "imd_wcy": _imd,
    "dgbas_national_accounts": _dgbas,
    "mol_wages": _wages,
    "mof_trade_statistics": _exports,
    "rankings": _rankings,
    "uspto_counts": _uspto,
    "imf_weo": _weo,
    "un_wpp": _wpp,
    "moea_factory_survey": _survey,
    "wef_grr": _risks,
    "mckinsey_ai": _capabilities,
    "eu_hydrogen": _hydrogen,
}
"""How each publisher's record is read: by its fields, its text, the claim made of it."""
