"""Every formula and role that the models carry can be said in words."""

import re
from pathlib import Path

import pytest

from publication.formulas import FORMULAS, ROLES, in_words, number

DBT = Path(__file__).resolve().parents[2] / "dbt_project"
USED = re.compile(r"made_from\(\s*'(\w+)'")
ROLE = re.compile(r"'(\w+)':\s*(?:'[\w.]*_?key'|observation_key|key\b|year_of_series)")


def models():
    return "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("macros", "models")
        for path in (DBT / folder).rglob("*.sql")
    )


def test_every_formula_of_the_models_has_its_words():
    used = set(USED.findall(models()))
    assert used >= {"given", "scaled", "growth_pct", "rank", "interpolate"}
    assert used <= set(FORMULAS)


def test_every_role_of_the_models_has_its_words():
    used = set(ROLE.findall(models()))
    assert used >= {"value", "previous", "numerator", "denominator", "before_previous"}
    assert used <= set(ROLES)


@pytest.mark.parametrize("name", FORMULAS)
def test_words_in_both_languages_name_the_same_inputs(name):
    formula = FORMULAS[name]
    places = re.compile(r"\{(\w+)\}")
    assert sorted(places.findall(formula.words_en)) == sorted(places.findall(formula.words_zh))
    roles = set(places.findall(formula.words_en)) - {"constant"}
    assert roles <= set(ROLES)
    for role in roles:
        assert role in formula.expression


def test_an_input_that_is_not_there_is_shown_as_none():
    assert in_words("growth_pct", None, {"value": "5 %"}, "en").endswith("(5 % ÷ (none) − 1)")
    assert "（無）" in in_words("growth_pct", None, {"value": "5 %"}, "zh")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (599.3245, "599.3245"),
        (59932.45, "59,932.45"),
        (1e-12, "0.000000000001"),
        (1.0000000000000009, "1.0000000000000009"),
        (-1234567.0, "-1,234,567"),
        (1e21, "1,000,000,000,000,000,000,000"),
        (None, "N/A"),
    ],
)
def test_a_number_is_shown_with_all_its_digits(value, shown):
    assert number(value) == shown
