"""The readers' site as a reader has it: in headless Chromium, offline, from the file system."""

import json
import re
import shutil
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import duckdb
import pytest

from publication.layout import read_layouts
from publication.provenance import table_estimates
from publication.release import PublicationError
from publication.site import write_site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
LANGUAGES = ("zh", "en")
LARGEST_PAGE = 300_000
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="240"><rect width="9" height="9"/>'
    "</svg>"
)
# One of each kind of page; T1-1-04 has lists side by side, T1-2-03 labels of two levels, T1-4-07
# words beside numbers.
KINDS = (
    *("index", "tables/T1-1-04", "tables/T1-2-03", "tables/T1-2-04", "tables/T1-4-07"),
    *("figures/F1-2-01", "figures/F1-2-05", "sources", "quality", "statements", "errata"),
    *("estimates", "revisions", "glossary", "dictionary", "lineage", "search"),
)


class Document(HTMLParser):
    """What a link checker and a screen reader ask of a page."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.path = path
        self.ids, self.urls, self.headers = [], [], []
        self.tags = defaultdict(list)
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.tags[tag].append(given)
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("href", "src", "action", "data-index", "data-cells"):
            if given.get(name):
                self.urls.append((tag, given[name], given.get("rel") or ""))
        if "headers" in given:
            self.headers += given["headers"].split()


def write_release(database, directory):
    """A release with a few of the files that stand beside the site."""
    for name in ("csv/T1-2-04.csv", "workbook.xlsx", "quality/report.html"):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text("x")
    for language in LANGUAGES:
        picture = directory / "figures" / f"F1-2-01.{language}.svg"
        picture.parent.mkdir(exist_ok=True)
        picture.write_text(PICTURE)
    write_site(database, directory)
    return directory / "site"


@pytest.fixture(scope="module")
def database(refreshed):
    return refreshed.published / "current" / "whitepaper.duckdb"


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    return write_release(database, tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def documents(site):
    return {path: Document(path) for path in sorted(site.rglob("*.html"))}


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: install Debian's package chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


@pytest.fixture
def reader(browser):
    """A reader without a network; what goes wrong on his pages is kept in `page.faults`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda said: page.faults.append(said.text))
    page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith("file:") else page.faults.append(asked.url),
    )
    yield page
    context.close()


def address(site, path, fragment=""):
    return (site / path).as_uri() + fragment


def faults_seen_by_axe(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    # Without preloading: axe would ask for the style sheet over the network.
    options = {"resultTypes": ["violations"], "preload": False}
    found = axe.run(page, options=options).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def copy_of(database, directory, *statements):
    directory.mkdir(parents=True, exist_ok=True)
    copy = directory / "whitepaper.duckdb"
    shutil.copyfile(database, copy)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


# Without a browser


def test_every_table_and_figure_has_a_page_in_both_languages(site, database):
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("select 'tables/' || table_id from book_table").fetchall()
        figures = connection.execute("select 'figures/' || figure_id from book_figure").fetchall()
    assert len(tables) == 20
    assert len(figures) == 12
    for (name,) in (*tables, *figures):
        for language in LANGUAGES:
            assert (site / language / f"{name}.html").is_file(), name


def test_the_language_switch_keeps_the_page(site, documents):
    for path in documents:
        if path.parent == site:
            continue
        here = path.relative_to(site)
        other = "en" if here.parts[0] == "zh" else "zh"
        switch = [a for a in documents[path].tags["a"] if a.get("hreflang")]
        assert [(path.parent / a["href"]).resolve() for a in switch] == [
            site / other / Path(*here.parts[1:])
        ]


def test_every_link_leads_to_a_file_and_a_place_in_it(documents):
    broken = []
    for path, document in documents.items():
        for _, url, rel in document.urls:
            if "external" in rel:
                continue
            target, fragment = urldefrag(url)
            file = (path.parent / unquote(target)).resolve() if target else path
            leads = file.is_file() and (
                not fragment or file.suffix != ".html" or fragment in documents[file].ids
            )
            if not leads:
                broken.append((path.name, url))
    assert broken == []


def test_places_that_the_search_and_the_numbers_point_at_exist(site, documents):
    pointed = [entry[1] for entry in script_data(site / "assets" / "search.js")]
    for file in (site / "en").rglob("*.cells.js"):
        data = script_data(file)
        pointed += [
            data["strings"][entry[2]]
            for sections in data["cells"].values()
            for section in sections
            for entry in section[1]
            if len(entry) > 2
        ]
    broken = [
        url
        for url in set(pointed)
        for target, fragment in [urldefrag(url)]
        if not (site / "en" / target).is_file()
        or (fragment and unquote(fragment) not in documents[site / "en" / target].ids)
    ]
    assert len(pointed) > 1000
    assert broken == []


def test_every_address_is_relative_but_a_publishers_own_page(documents):
    for path, document in documents.items():
        for tag, url, rel in document.urls:
            if urlsplit(url).scheme or url.startswith("/"):
                assert (tag, rel) == ("a", "external noreferrer"), (path, url)
                assert path.name == "sources.html"


def test_only_downloads_that_are_there_are_offered(site, documents):
    offered = {
        a["href"] for document in documents.values() for a in document.tags["a"] if "download" in a
    }
    assert {url.replace("../", "") for url in offered} == {
        *("csv/T1-2-04.csv", "workbook.xlsx", "quality/report.html"),
        *("figures/F1-2-01.zh.svg", "figures/F1-2-01.en.svg"),
    }


def test_every_number_is_on_its_page_and_tied_to_headers_that_exist(site, documents, database):
    with duckdb.connect(str(database), read_only=True) as connection:
        for language in LANGUAGES:
            for layout in read_layouts(connection, language):
                path = site / language / "tables" / f"{layout.table_id}.html"
                document = documents[path]
                numbers = list(layout.numbers())
                shown = re.findall(r'class="n"><span class="v">([^<]*)', path.read_text("utf-8"))
                assert sorted(shown) == sorted(cell.printed_as for cell in numbers)
                assert set(document.headers) <= set(document.ids)
                assert len(document.ids) == len(set(document.ids))
                tied = [cell for cell in document.tags["td"] if "headers" in cell]
                assert all(len(cell["headers"].split()) >= 2 for cell in tied), layout.table_id
                cells = script_data(path.with_name(f"{layout.table_id}.cells.js"))["cells"]
                assert len(cells) == len(numbers)
                assert set(cells) <= set(document.ids)


def test_every_number_has_a_history_that_ends_at_a_file_or_at_a_reason(site):
    for language, file_word, reasons in (
        ("en", "File", {"What is missing", "Editor's decision"}),
        ("zh", "檔案", {"所缺資料", "編輯裁定"}),
    ):
        count = 0
        for path in (site / language).rglob("*.cells.js"):
            data = script_data(path)
            for name, sections in data["cells"].items():
                labels = {data["strings"][e[0]] for section in sections for e in section[1]}
                assert file_word in labels or labels & reasons, (path.name, name)
                count += 1
        assert count == 1654


def test_pages_are_small_and_the_same_bytes_every_time(site, database, tmp_path):
    again = write_release(database, tmp_path)
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for file in files:
        content = (site / file).read_bytes()
        assert len(content) < LARGEST_PAGE, file
        assert content == (again / file).read_bytes(), file


def test_an_id_that_cannot_be_an_address_is_refused(database, tmp_path):
    copy = copy_of(
        database, tmp_path / "db", "update book_figure set figure_id = '../../F1' where page = 38"
    )
    with pytest.raises(PublicationError, match=r"'\.\./\.\./F1'.*an id consists of letters"):
        write_site(copy, tmp_path)
    assert not (tmp_path / "site").exists()


def test_without_the_gates_report_the_quality_page_says_so(database, tmp_path):
    write_site(copy_of(database, tmp_path / "db"), tmp_path)
    page = (tmp_path / "site" / "en" / "quality.html").read_text("utf-8")
    assert "No report of the gate comes with this export." in page


def test_a_table_has_the_estimates_that_its_numbers_rest_on_and_no_other(
    site, documents, database, tmp_path
):
    with duckdb.connect(str(database), read_only=True) as connection:
        rests_on = defaultdict(set)
        for estimate in table_estimates(connection):
            rests_on[estimate.table_id].add(estimate.estimate_id)
    assert len(rests_on["T1-2-01"]) == 5
    # The estimate of Switzerland in 2020 has given way to the publisher's value.
    copy = copy_of(
        database,
        tmp_path / "db",
        "update indicator_observation set estimate_id = null where area_code = 'CHE' "
        "and period = '2020' and indicator_id = 'gerd_constant_ppp'",
    )
    write_site(copy, tmp_path)
    for made, count in ((site, 5), (tmp_path / "site", 4)):
        text = (made / "en" / "tables" / "T1-2-01.html").read_text("utf-8")
        section = text.partition('<section id="estimates">')[2].partition("</section>")[0]
        assert section.count('<th scope="row">') == count
    every = (tmp_path / "site" / "en" / "estimates.html").read_text("utf-8")
    assert every.count("Switzerland") == (site / "en" / "estimates.html").read_text("utf-8").count(
        "Switzerland"
    )


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("F1-2-05", "so there is nothing to draw. To land: exports of electronic components"),
        ("F1-2-07", "Some values of this figure have not been landed. To land: technology trade"),
        ("F1-2-01", ""),
    ],
)
def test_a_figure_says_what_is_wanting_and_which_source_has_it(site, figure, said):
    text = (site / "en" / "figures" / f"{figure}.html").read_text("utf-8")
    notice = text.partition('<p class="notice">')[2].partition("</p>")[0]
    assert said in notice and bool(said) == bool(notice)
    assert not said or notice.endswith(
        {"F1-2-05": "(customs_portal)", "F1-2-07": "(moea_factory_survey)"}[figure]
    )


def test_where_every_number_agrees_no_number_is_announced_that_does_not(site):
    text = (site / "en" / "tables" / "T1-2-01.html").read_text("utf-8")
    assert "All 133 printed numbers agree" in text and "unit slip" in text
    assert "What does not agree" not in text


def test_what_another_vintage_says_is_told_of_the_number_and_of_its_table(database, tmp_path):
    cell = "row_key = 'TWN' and period = '2023' and measure = 'gerd_ppp2015_usd_100m'"
    copy = copy_of(
        database,
        tmp_path / "db",
        f"""
        insert into revision by name
        select edition, table_id, row_key, period, measure, 'oecd_msti' as source_id,
            '2025-09' as vintage, '2025-09-30' as obtained_at, value + 2 as value,
            '601' as printed_as, '' as status, value as pinned_value,
            printed_as as pinned_printed_as, 2.0 as change, 0.3 as change_pct
        from book_cell where table_id = 'T1-2-01' and {cell}
        """,
        "update indicator_observation set source_row = null where area_code = 'TWN' "
        "and period = '2023' and indicator_id = 'gerd_constant_ppp'",
    )
    write_site(copy, tmp_path)
    for page in ("revisions", "tables/T1-2-01"):
        text = (tmp_path / "site" / "en" / f"{page}.html").read_text("utf-8")
        assert "T1-2-01.html#TWN.2023.gerd_ppp2015_usd_100m" in text, page
        assert "oecd_msti 2025-09" in text, page
        assert ">601<" in text, page
    data = script_data(tmp_path / "site" / "en" / "tables" / "T1-2-01.cells.js")
    told = [
        [data["strings"][part] for part in entry]
        for section in data["cells"]["TWN.2023.gerd_ppp2015_usd_100m"]
        for entry in section[1]
    ]
    assert any(entry[0] == "oecd_msti 2025-09" and entry[1].startswith("601 (") for entry in told)
    # Counted over records: there is a file, and no line of its own.
    assert ["File", "msti_1.3.csv, counted over its records"] in told


def script_data(path):
    text = path.read_text(encoding="utf-8")
    return json.loads(text[text.index("(") + 1 : text.rindex(")")])


# In the browser


@pytest.mark.parametrize(
    ("language", "width", "colours"), [("zh", 1280, "light"), ("en", 320, "dark")]
)
def test_no_page_has_a_fault_that_axe_can_see(reader, site, language, width, colours):
    reader.set_viewport_size({"width": width, "height": 700})
    reader.emulate_media(color_scheme=colours)
    faults = []
    for kind in KINDS:
        reader.goto(address(site, f"{language}/{kind}.html"))
        faults += [(kind, *fault) for fault in faults_seen_by_axe(reader)]
    assert faults == []
    assert reader.faults == []


def test_no_page_is_wider_than_a_phone(reader, site):
    reader.set_viewport_size({"width": 320, "height": 700})
    too_wide = []
    pages = [site / "index.html", *sorted((site / "en").rglob("*.html"))]
    for path in [*pages, *(site / "zh" / f"{kind}.html" for kind in KINDS)]:
        reader.goto(path.as_uri())
        if reader.evaluate("document.documentElement.scrollWidth") > 320:
            too_wide.append(path.name)
    assert too_wide == []
    assert reader.faults == []


def test_the_page_that_asks_for_the_language_has_no_fault_either(reader, site):
    reader.goto(address(site, "index.html"))
    assert faults_seen_by_axe(reader) == []
    reader.get_by_role("link", name="English").click()
    assert reader.url.endswith("/en/index.html")


def test_a_numbers_history_opens_by_keyboard_alone_and_gives_the_focus_back(reader, site):
    reader.goto(address(site, "en/tables/T1-2-04.html"))
    first = reader.locator("table.book button.v").first
    for _ in range(60):
        if first.evaluate("button => button === document.activeElement"):
            break
        reader.keyboard.press("Tab")
    reader.keyboard.press("ArrowDown")
    reader.keyboard.press("ArrowRight")
    number = reader.evaluate("document.activeElement.closest('td').id")
    reader.keyboard.press("Enter")
    panel = reader.get_by_role("complementary", name="Where this number comes from")
    panel.get_by_text("SHA-256").first.wait_for()
    assert "msti" in panel.inner_text()
    assert reader.evaluate("document.activeElement.id") == "panel-title"
    reader.keyboard.press("Escape")
    assert not panel.is_visible()
    assert reader.evaluate("document.activeElement.closest('td').id") == number
    assert reader.locator("table.book button.v[tabindex='0']").count() == 1
    assert reader.faults == []


def test_the_open_history_has_no_fault_and_fits_a_phone(reader, site):
    reader.set_viewport_size({"width": 320, "height": 700})
    for language in LANGUAGES:
        reader.goto(address(site, f"{language}/tables/T1-2-01.html"))
        reader.locator("table.book button.v").nth(40).click()
        reader.locator("#panel dl").first.wait_for()
        assert faults_seen_by_axe(reader) == []
        assert reader.evaluate("document.documentElement.scrollWidth") <= 320
    assert reader.faults == []


def test_an_address_with_a_number_opens_its_history(reader, site):
    fragment = "#CHE.2020.gerd_ppp2015_usd_100m"
    reader.goto(address(site, "zh/tables/T1-2-01.html", fragment))
    reader.locator("#panel dl").first.wait_for()
    text = reader.locator("#panel").inner_text()
    assert "瑞士" in text
    assert "前後兩年內插" in text


def test_without_scripts_the_table_and_its_sources_are_there(browser, site):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(address(site, "en/tables/T1-2-04.html"))
    assert page.locator("table.book td.n").count() == 133
    assert page.locator("#provenance code.sha").count() >= 1
    assert not page.locator(".needs-script").is_visible()
    context.close()


@pytest.mark.parametrize(
    ("language", "wanted", "path"),
    [
        ("zh", "研發支出", "tables/T1-2-01.html"),  # pairs of characters, not the printed order
        ("zh", "switz", "tables/T1-2-01.html"),  # the other language, by the beginning of a word
        ("en", "瑞士", "tables/T1-2-01.html"),
        ("en", "patents technology field", "tables/T1-2-14.html"),
        ("en", "gerd ppp", "glossary.html"),
        ("zh", "book_cell", "dictionary.html#book_cell"),
        ("zh", "ＧＥＲＤ", "glossary.html"),  # as an input method writes it
    ],
)
def test_the_search_finds(reader, site, language, wanted, path):
    reader.goto(address(site, f"{language}/index.html"))
    reader.locator("#find").fill(wanted)
    reader.keyboard.press("Enter")
    reader.locator("#results li").first.wait_for()
    found = reader.eval_on_selector_all("#results a", "links => links.map(a => a.href)")
    assert any(path in url for url in found[:12]), found[:12]
    assert reader.locator("#search-count").inner_text()
    assert reader.faults == []


def test_what_is_typed_into_the_search_stays_text(reader, site):
    typed = '<img src=x onerror="alert(1)">"\'\\'
    reader.goto(address(site, "en/search.html"))
    reader.locator("#q").fill(typed + " nothingness")
    reader.locator("#search-count", has_text="Nothing matches").wait_for()
    assert typed in reader.locator("#search-count").inner_text()
    reader.locator("#q").fill("((((")
    assert reader.locator("#results li").count() == 0
    assert reader.faults == []


HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp; =1+1 \u202eabc"


def test_hostile_texts_are_shown_as_they_are_and_do_nothing(reader, database, tmp_path):
    text = HOSTILE.replace("'", "''")
    copy = copy_of(
        database,
        tmp_path / "db",
        f"update book_table set title_en = '{text}', notes_en = '{text}' "
        "where table_id = 'T1-2-04'",
        f"update book_row set label_en = '{text}', label_levels_en = '{text}' "
        "where table_id = 'T1-2-04' and row_no = 1",
        f"update dim_source set title_en = '{text}', homepage = 'javascript:alert(3)'",
        f"update claim_result set statement_en = '{text}'",
        f"update book_figure set title_en = '{text}', notes_en = '{text}'",
        f"comment on table book_cell is '{text}'",
    )
    site = write_release(copy, tmp_path)
    for kind in ("index", "tables/T1-2-04", "sources", "statements", "errata", "dictionary"):
        reader.goto(address(site, f"en/{kind}.html"))
        assert reader.locator("main img:not([src*=figures])").count() == 0, kind
        assert reader.locator("a[href^=javascript]").count() == 0, kind
    for path in ("figures/F1-2-01", "tables/T1-2-04"):
        reader.goto(address(site, f"en/{path}.html"))
        assert "<script>alert(1)</script>" in reader.locator("h1").inner_text()
    reader.locator("table.book button.v").first.click()
    reader.locator("#panel dl").first.wait_for()
    assert "onerror=alert(2)" in reader.locator("#panel").inner_text()
    reader.goto(address(site, "en/search.html", "?q=onerror"))
    reader.locator("#results li").first.wait_for()
    assert reader.locator("#results img").count() == 0
    assert reader.faults == []
