"""From a publisher's bytes to typed frames: one module per publisher.

Here: the register of sources. Each id below is a module of this package with a `SOURCE`.
Not here: statistics (dbt_project), order and time (orchestration), which vintage feeds which
edition (editions).
"""

from __future__ import annotations

from importlib import import_module

from sources.contract import Source, SourceError

SOURCE_IDS = (
    "oecd_msti",
    "oecd_national_accounts",
    "imd_wcy",
    "uspto_counts",
    "uspto_bulk",
    "wipo_concordance",
    "customs_portal",
    "customs_totals",
    "mof_trade_statistics",
    "mof_goods_classification",
    "unsd_hs_correlation",
    "comtrade",
    "imf_weo",
    "dgbas_national_accounts",
    "dgbas_productivity",
    "mol_wages",
    "moea_factory_survey",
    "cbc_bop",
    "un_wpp",
    "wef_grr",
    "rankings",
    "mckinsey_ai",
    "eu_hydrogen",
)


def get_source(source_id: str) -> Source:
    """Return the source with this id.

    Raises:
        SourceError: there is no such source; the message lists those there are.
    """
    if source_id not in SOURCE_IDS:
        raise SourceError(
            f"There is no source '{source_id}'.",
            expected="one of " + ", ".join(SOURCE_IDS),
            todo="check the spelling, or see `whitepaper sources`",
        )
    source: Source = import_module(f"sources.{source_id}").SOURCE
    return source
