"""Reading claims.yml, and the register and the documentation page of the edition itself."""

import csv
import re
import shutil
from pathlib import Path

import pytest
import yaml

from editions import EditionError, read_edition
from editions.claims import read_claims_file
from reconciliation.claims.checking import Catalogue
from reconciliation.claims.forms import read_claim_line
from reconciliation.claims.words import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to-write-a-claim.md"
CATALOGUE = Catalogue(
    {"T1-2-01": {"spending": ("2022", "2023")}},
    {"T1-2-01": ("USA", "TWN")},
    frozenset(),
    Settings(),
)


def read(tmp_path, text, **options):
    file = tmp_path / "claims.yml"
    file.write_text(text, encoding="utf-8")
    return read_claims_file(file, CATALOGUE, panels={"peers": ("USA",)}, **options)


def refused(tmp_path, text):
    with pytest.raises(EditionError) as caught:
        read(tmp_path, text)
    return str(caught.value)


GOOD = """
claims:
  - id: A
    en: Spending grew by 5.30 %.
    zh: 支出成長5.30%。
    table: T1-2-01
    measure: spending
    row: TWN
    period: 2023
    growth: 5.30
"""


def test_numbers_keep_the_decimals_they_are_written_with(tmp_path):
    (claim,) = read(tmp_path, GOOD).claims
    assert "== 5.30" in claim.expression


def test_a_panel_is_a_group_that_need_not_be_declared(tmp_path):
    text = GOOD.replace("row: TWN", "rows: peers")
    assert read(tmp_path, text).settings.groups == {"peers": ("USA",)}


def test_words_and_groups_of_a_file_stand_over_those_of_the_edition(tmp_path):
    base = {"words": {"around_points": "5", "around_pct": "5"}, "totals": ["OECD"]}
    settings = read(tmp_path, "words: {around_points: 3}\n" + GOOD, base=base).settings
    assert (settings.words.around_points, settings.words.around_pct) == (3, 5)
    assert settings.totals == {"OECD"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("growth: 5.30", "growht: 5.30"), "claims > A > growht: 'growht' is not a key"),
        (("row: TWN", "row: TWNN"), "claims > A: T1-2-01 has no row 'TWNN'. What to do: did you"),
        (("measure: spending", "measure: spendings"), "did you mean 'spending'?"),
        (("table: T1-2-01", "table: T1-2-02"), "there is no table 'T1-2-02'"),
        (("  - id: A\n    en", "  - en"), "claims > entry 1 > id: the claim has no id"),
        (("claims:", "claim:"), "'claim' is not a known key"),
        (("growth: 5.30", "growth: [5.30]"), "claims > A > growth"),
        (("period: 2023", "period: 2023\n    period: 2022"), "'period' stands twice"),
    ],
)
def test_a_slip_is_named_with_file_claim_key_and_remedy(tmp_path, change, message):
    found = refused(tmp_path, GOOD.replace(*change))
    assert found.startswith("claims.yml")
    assert message in found


def test_an_id_may_stand_once(tmp_path):
    assert "'A' stands twice" in refused(
        tmp_path, GOOD + GOOD.replace("claims:\n", "").lstrip("\n")
    )


def test_all_slips_of_a_file_can_be_collected_and_the_rest_is_kept(tmp_path):
    text = GOOD + "  - {id: B, en: x, check: 1 >}\n  - {id: C, en: x, chek: 1 > 0}\n"
    problems = []
    register = read(tmp_path, text, problems=problems)
    assert [claim.id for claim in register.claims] == ["A"]
    assert [problem.key for problem in problems] == ["claims > B > check", "claims > C > chek"]


def test_a_slip_in_the_edition_stops_its_reading(tmp_path):
    shutil.copytree(
        ROOT / "editions" / "2025-26", tmp_path / "2025-26", ignore=shutil.ignore_patterns("raw")
    )
    file = tmp_path / "2025-26" / "claims.yml"
    file.write_text(file.read_text("utf-8").replace("row: CHN\n", "row: CHIN\n", 1), "utf-8")
    with pytest.raises(EditionError, match=r"claims\.yml, claims > C\d+: .* no row 'CHIN'"):
        read_edition("2025-26", root=tmp_path)


def test_an_edition_without_claims_has_none(tmp_path):
    shutil.copytree(
        ROOT / "editions" / "2025-26", tmp_path / "2025-26", ignore=shutil.ignore_patterns("raw")
    )
    (tmp_path / "2025-26" / "claims.yml").unlink()
    (tmp_path / "2025-26" / "errata.yml").unlink(missing_ok=True)
    assert read_edition("2025-26", root=tmp_path).claims == ()


def test_rows_that_the_models_have_yet_to_find_may_be_named(tmp_path):
    file = tmp_path / "claims.yml"
    file.write_text(GOOD.replace("row: TWN", "row: electronic_components"), "utf-8")
    found_later = Catalogue({"T1-2-01": {"spending": ("2023",)}}, {"T1-2-01": ()})
    assert len(read_claims_file(file, found_later, panels={}).claims) == 1


@pytest.fixture(scope="module")
def edition():
    return read_edition("2025-26")


def test_every_statement_of_the_register_is_bilingual(edition):
    assert len(edition.claims) == 145
    assert all(line.statement_en and line.statement_zh for line in edition.claims)
    for line in edition.claims:
        claim = read_claim_line(line.definition)
        assert bool(claim.note_en) == bool(claim.note_zh)


def test_the_domains_of_the_register_are_those_of_the_models():
    declared = yaml.safe_load((ROOT / "editions" / "2025-26" / "claims.yml").read_text("utf-8"))
    groups = {
        name.removeprefix("domain_"): set(members)
        for name, members in declared["groups"].items()
        if name.startswith("domain_")
    }
    models = {}
    with (ROOT / "dbt_project" / "seeds" / "wipo_field.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            if row["domain_key"]:
                models.setdefault(row["domain_key"], set()).add(row["field_key"])
    assert groups == models


def examples():
    """Every example of the page that is a claim, and every line that is a check."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    claims = [entry for block in blocks for entry in re.split(r"(?m)^(?=  - id: )", block)]
    whole = [entry for entry in claims if entry.startswith("  - id: ")]
    checks = [
        f"  - id: check{number}\n    en: an example\n    {line.strip()}\n"
        for number, line in enumerate(re.findall(r"(?m)^    check: .+$", blocks[-1]))
    ]
    return "claims:\n" + "".join([*whole, *checks])


def test_every_example_of_the_page_is_a_good_claim(edition, tmp_path):
    folder = tmp_path / "2025-26"
    shutil.copytree(
        ROOT / "editions" / "2025-26", folder, ignore=shutil.ignore_patterns("raw", "errata.yml")
    )
    (folder / "claims.yml").write_text(examples(), "utf-8")
    assert len(read_edition("2025-26", root=tmp_path).claims) >= 10


def test_the_page_lists_every_table_measure_and_row(edition):
    page = PAGE.read_text("utf-8")
    listed = {line.split(" ")[1]: line for line in page.splitlines() if line.startswith("| T1-")}
    for table in edition.tables:
        assert all(f"`{measure.name}`" in listed[table.id] for measure in table.measures)
    for cell in (cell for cell in edition.printed_cells if cell.unit != "text"):
        assert cell.row_key in listed[cell.table_id]


def test_the_page_names_every_key_and_every_function():
    from reconciliation.claims.forms import KEYS
    from reconciliation.claims.functions import FUNCTIONS

    page = PAGE.read_text("utf-8")
    words = set(re.findall(r"[a-z_]+", page))
    assert set(KEYS) - words == set()
    assert set(FUNCTIONS) - words == set()
