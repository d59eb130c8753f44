"""The words of the readers' site in both languages: headings, labels, and what codes mean.

Here: what the site itself says. Not here: names, titles and notes of the book (they come from the
marts), explanations of terms (glossary.yml).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from publication.layout import Language

BOOK = ("產業技術白皮書", "Industrial Technology White Paper")

WORDS: dict[str, tuple[str, str]] = {
    # frame
    "site": ("指標資料", "Indicators"),
    "skip": ("跳至主要內容", "Skip to the content"),
    "nav": ("主選單", "Main menu"),
    "home": ("目錄", "Contents"),
    "tables": ("表", "Tables"),
    "figures": ("圖", "Figures"),
    "sources": ("資料來源", "Sources"),
    "quality": ("品質查核", "Quality"),
    "statements": ("敘述查核", "Statements"),
    "errata": ("勘誤", "Errata"),
    "estimates": ("推估值", "Estimates"),
    "revisions": ("數值修正", "Revisions"),
    "glossary": ("詞彙", "Glossary"),
    "dictionary": ("資料字典", "Dictionary"),
    "lineage": ("資料流程", "Lineage"),
    "search": ("搜尋", "Search"),
    "other_language": ("English", "中文"),
    "other_language_hint": ("Read this page in English", "閱讀本頁中文版"),
    "you_are_here": ("目前位置", "You are here"),
    "edition": ("版次", "Edition"),
    "page_of_book": ("書中第{}頁", "page {} of the book"),
    "footer": (
        "本站為靜態網頁，不連線至任何外部網站，可離線閱讀。",
        "These are static pages: they contact no other site and can be read offline.",
    ),
    "top": ("回頁首", "Back to the top"),
    "none": ("無。", "None."),
    "listing": ("：", ": "),
    # index
    "lead": (
        "書中每一個數字：怎麼算出來、來自哪一個檔案的哪一行，以及印刷是否正確。",
        "Every number of the book: how it is computed, from which line of which file it comes, "
        "and whether it is printed right.",
    ),
    "chapter": ("第{}節", "Section {}"),
    "state": ("本版狀態", "State of this edition"),
    "cells": ("數值儲存格", "numeric cells"),
    "cells_of_table": ("{} 個數值", "{} numbers"),
    "agree": ("與印刷相符", "agree with print"),
    "no_figures": ("本次發布未附圖。", "No figures come with this release."),
    "not_landed": ("資料尚未取得", "data not landed"),
    # table page
    "item": ("項目", "Item"),
    "cell_hint": (
        "點選任一數字，即可看到它的來歷。鍵盤：以 Tab 進入表格，方向鍵移動，Enter 開啟，Esc 關閉。",
        "Select a number to see where it comes from. Keyboard: Tab into the table, arrow keys "
        "to move, Enter to open, Esc to close.",
    ),
    "table_region": ("表格內容，可左右捲動", "The table; scrolls sideways"),
    "marks": ("符號", "Marks"),
    "mark_estimate": (
        "編輯推估，或由推估值算得",
        "estimated by the editor, or made from estimates",
    ),
    "mark_finding": (
        "與印刷書或書中其他數字不符，見下方「與印刷書比對」",
        "the printed book differs here or contradicts itself: see ‘Compared with print’ below",
    ),
    "notes": ("附註", "Notes"),
    "contents": ("本頁內容", "On this page"),
    "compared": ("與印刷書比對", "Compared with print"),
    "compared_all": (
        "印刷之 {} 個數值全數與現行計算相符。",
        "All {} printed numbers agree with what is computed now.",
    ),
    "compared_some": (
        "印刷之 {1} 個數值中，{0} 個與現行計算相符。不符之處：",
        "{0} of {1} printed numbers agree with what is computed now. What does not agree:",
    ),
    "compared_labels": (
        "印刷之 {} 個數值全數與現行計算相符。應留意之處：",
        "All {} printed numbers agree with what is computed now. What deserves a look:",
    ),
    "not_printed": ("本表無印刷數值可供比對。", "There are no printed numbers to compare."),
    "row": ("列", "Row"),
    "column": ("欄", "Column"),
    "printed": ("印刷", "Printed"),
    "computed": ("計算", "Computed"),
    "should_be": ("應為", "Should be"),
    "verdict": ("判定", "Verdict"),
    "cause": ("原因", "Cause"),
    "decision": ("編輯裁定", "Editor's decision"),
    "prose": ("書中相關敘述", "What the prose says of it"),
    "statement": ("敘述", "Statement"),
    "found": ("查得", "Found"),
    "missing": ("所缺資料", "What is missing"),
    "provenance": ("資料來源與檔案", "Sources and files"),
    "publisher": ("發布機關", "Publisher"),
    "title": ("名稱", "Title"),
    "vintage": ("版本", "Vintage"),
    "file": ("檔案", "File"),
    "files": ("檔案", "Files"),
    "size": ("大小", "Size"),
    "obtained": ("取得", "Obtained"),
    "basis": ("取得基礎", "Basis"),
    "licence": ("授權", "Licence"),
    "citation": ("引用方式", "How to cite"),
    "homepage": ("網址", "Web page"),
    "access": ("取得方式", "Access"),
    "feeds": ("供應", "Feeds"),
    "note": ("說明", "Note"),
    "how_computed": ("如何計算", "How it is computed"),
    "measure": ("量度", "Measure"),
    "unit": ("單位", "Unit"),
    "decimals": ("小數位數", "Decimals"),
    "formula": ("計算式", "Formula"),
    "downloads": ("下載", "Downloads"),
    "download_csv": ("資料表（CSV）", "data (CSV)"),
    "download_parquet": ("資料表（Parquet）", "data (Parquet)"),
    "download_workbook": ("全書活頁簿（Excel）", "workbook of all tables (Excel)"),
    "download_datapackage": ("資料包說明（JSON）", "data package (JSON)"),
    "download_sdmx": ("統計資料交換格式（SDMX-CSV）", "SDMX-CSV"),
    "download_database": ("資料庫（DuckDB）", "database (DuckDB)"),
    "download_report": ("品質報告（英文）", "quality report (in English)"),
    "picture": ("圖檔（{}）", "picture ({})"),
    "related_figures": ("相關圖", "Figures of the same data"),
    "related_tables": ("相關表", "Tables of the same data"),
    "previous": ("上一頁", "Previous"),
    "next": ("下一頁", "Next"),
    # figure page
    "data_table": ("圖中資料", "Data of the figure"),
    "figure_not_landed": (
        "本圖所需資料尚未取得，故無圖可繪。須取得：{}（{}）",
        "The data of this figure have not been landed, so there is nothing to draw. "
        "To land: {} ({})",
    ),
    "figure_partly_landed": (
        "圖中部分數值尚未取得。須取得：{}（{}）",
        "Some values of this figure have not been landed. To land: {} ({})",
    ),
    "period": ("期間", "Period"),
    "point": ("期間或項目", "Period or item"),
    "source_line": ("資料來源", "Source"),
    # provenance of a cell
    "cell_panel": ("這個數字的來歷", "Where this number comes from"),
    "close": ("關閉", "Close"),
    "loading_failed": (
        "來歷資料檔遺失：請確認整個網站資料夾都已複製。",
        "The file with the details is missing: copy the whole folder of the site.",
    ),
    "value": ("未四捨五入之值", "Unrounded"),
    "computed_as": ("計算", "Computed"),
    "correction": ("更正", "Correction"),
    "line": ("第{}行", "line {}"),
    "counted": ("依其紀錄計數", "counted over its records"),
    "multiplied": ("換算", "Multiplied"),
    "of_areas": ("共{}個地區", "{} areas in all"),
    "comma": ("，", ", "),
    "status": ("狀態", "Status"),
    "in_print": ("印刷書", "The printed book"),
    "estimate": ("推估", "Estimate"),
    "observation": ("數值", "Value"),
    # sources
    "sources_lead": (
        "本版數字所依據之發布機關檔案：版本、校驗碼與授權。",
        "The publishers' files behind the numbers of this edition: vintage, checksum and licence.",
    ),
    "pinned": ("本版使用", "Used by this edition"),
    "not_pinned": ("已知而本版未使用", "Known, and not used by this edition"),
    "bytes": ("{} 位元組", "{} bytes"),
    # quality
    "gate": ("發布關卡", "The gate"),
    "gate_pass": ("通過", "passed"),
    "gate_fail": ("未通過", "failed"),
    "gate_lead": (
        "發布前之最後判定：{} 項錯誤、{} 項警告；{} 項資料測試與 {} 項編輯準則已檢查。",
        "The verdict before publication: {} errors, {} warnings; {} data tests and {} editorial "
        "statements were checked.",
    ),
    "no_gate": ("本次輸出未附關卡報告。", "No report of the gate comes with this export."),
    "gate_findings": ("警告與錯誤", "Warnings and errors"),
    "gate_statements": ("編輯準則", "Editorial statements"),
    "holds": ("成立", "holds"),
    "does_not_hold": ("不成立", "does not hold"),
    "cells_by_verdict": ("印刷數值依判定", "Printed numbers by verdict"),
    "statements_by_verdict": ("敘述依判定", "Statements by verdict"),
    "count": ("個數", "Count"),
    "findings": ("查核所見", "Findings"),
    "meaning": ("意義", "Meaning"),
    "table": ("表", "Table"),
    "statements_lead": (
        "書中文字敘述逐句與數字核對。",
        "Every statement of the prose, checked against the numbers.",
    ),
    # errata
    "errata_lead": (
        "證據與印刷不符之數值及敘述，以及編輯之裁定。",
        "Printed numbers and statements that the evidence contradicts, and what the editor has "
        "decided on each.",
    ),
    "evidence": ("證據", "Evidence"),
    "place": ("位置", "Place"),
    # estimates
    "estimates_lead": (
        "發布機關尚無數值之處，由編輯依宣告之規則推估；推估值於表中以 E 標示。",
        "Where the publisher has no value the editor supplies one by a declared rule; in the "
        "tables it is marked E.",
    ),
    "rule": ("規則", "Rule"),
    "reason": ("理由", "Reason"),
    "area": ("地區", "Area"),
    "outcome": ("其後發布", "Published since"),
    "published_value": ("實際值", "Published value"),
    "error_pct": ("誤差（%）", "Error (%)"),
    "indicator": ("指標", "Indicator"),
    # revisions
    "revisions_lead": (
        "同一數字在其他已取得版本中之值，及與本版所用版本之差。",
        "What other landed vintages say of the same numbers, and how far that is from the "
        "vintage used here.",
    ),
    "no_revisions": (
        "除本版所用者外，尚未取得其他版本，故無可比較。",
        "No other vintages have been landed than those used here: there is nothing to compare.",
    ),
    "now": ("本版", "This edition"),
    "then": ("該版本", "In that vintage"),
    "change": ("差", "Change"),
    # glossary
    "glossary_lead": (
        "指標、統計用語與本資料庫用語，中英對照。",
        "Indicators, terms of statistics and terms of this warehouse, in both languages.",
    ),
    "terms": ("用語", "Terms"),
    "indicators": ("指標", "Indicators"),
    "marks_and_status": ("符號與狀態", "Marks and status"),
    "verdicts": ("核對判定", "Verdicts on printed numbers"),
    # dictionary
    "dictionary_lead": (
        "已發布資料庫 whitepaper.duckdb 之資料表與欄位，文字取自資料庫本身之註解。",
        "Tables and columns of the published database whitepaper.duckdb, in the words of the "
        "comments that it carries itself.",
    ),
    "rows": ("{} 列", "{} rows"),
    "view": ("檢視表", "view"),
    "type": ("型別", "Type"),
    "description": ("說明", "Description"),
    "same_columns": ("欄位與 {} 相同。", "Same columns as {}."),
    "printed_tables": ("書中各表", "The printed tables"),
    "views": ("檢視表", "Views"),
    "views_lead": (
        "以中文或英文命名之檢視表：每一張表依印刷版面，另有長表。",
        "Views with plain names in Chinese or English: tables as they are printed, and long ones.",
    ),
    # lineage
    "lineage_lead": (
        "數字由左至右：發布機關檔案、整理、計算、書中之表。",
        "The way of a number from left to right: publisher's table, renamed, computed, printed.",
    ),
    "lineage_text": ("以文字表示", "The same as text"),
    "lineage_picture": ("{}之資料流程圖", "Lineage of {}"),
    "lineage_all": ("全部", "The whole"),
    "made_from": ("由下列計算：", "made from:"),
    "made_from_nothing": ("本版之宣告", "declared by the edition"),
    "lineage_tables": ("各表之來源", "What each table rests on"),
    # search
    "search_label": ("搜尋表、圖、列、指標、來源與用語", "Search tables, rows, sources and terms"),
    "search_hint": (
        "例：研發經費、瑞士、推估",
        "For example: researchers, Switzerland, estimate",
    ),
    "search_found": ("找到 {} 筆", "{} found"),
    "search_none": (
        "沒有符合「{}」之結果。試試較短的詞。",
        "Nothing matches “{}”. Try fewer words.",
    ),
    "search_needs_script": (
        "搜尋需要 JavaScript；各頁亦可由目錄進入。",
        "Search needs JavaScript; every page can also be reached from the contents.",
    ),
    "kind_table": ("表", "Table"),
    "kind_figure": ("圖", "Figure"),
    "kind_row": ("列", "Row"),
    "kind_column": ("欄", "Column"),
    "kind_source": ("資料來源", "Source"),
    "kind_term": ("用語", "Term"),
    "kind_statement": ("敘述", "Statement"),
    "kind_dictionary": ("資料字典", "Dictionary"),
    "kind_page": ("頁面", "Page"),
}


@cache
def words(language: Language) -> Mapping[str, str]:
    """All words of the site in one language."""
    index = 0 if language == "zh" else 1
    return MappingProxyType({name: pair[index] for name, pair in WORDS.items()})


def book_title(edition: str, language: Language) -> str:
    """The book's title with its years as printed: 2025-26 is 2025/2026."""
    first, _, second = edition.partition("-")
    years = f"{first}/{first[:2]}{second}" if len(second) == 2 else edition
    return f"{years}{BOOK[0]}" if language == "zh" else f"{BOOK[1]} {years}"
