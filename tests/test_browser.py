"""Pages of both renderers in a real browser: barriers, links, search, themes, keyboard, widths, print.

Needs a Chromium of the system; nothing is ever downloaded. Where there is none, these tests say that they were skipped.
"""

from __future__ import annotations

import functools
import http.server
import io
import re
import shutil
import threading
import unicodedata
import urllib.parse
from pathlib import Path

import pytest
from conftest import CHROMIUM
from lxml import html
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from helpers.render import preview, quarto

NO_QUARTO = pytest.mark.skipif(quarto.find() is None, reason="quarto is not found; `make quarto` tries to install it")
QUARTO = [pytest.mark.quarto, NO_QUARTO]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not found; on Debian `apt-get install chromium`"),
]
RENDERERS = ["preview", pytest.param("quarto", marks=QUARTO)]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = ["sector/index.html", "sector/1-student-safety.html", "sector/bevindingen.html", "sector/methode.html"]
"""Page types of the site; an institution's page and the intake page are types of their own."""
INNER_SIZE = """image => {
    const style = getComputedStyle(image);
    const less = (one, other) => parseFloat(style["padding" + one]) + parseFloat(style["padding" + other]);
    return [image.clientWidth - less("Left", "Right"), image.clientHeight - less("Top", "Bottom")];
}"""
PAGES = [
    *(("preview", page) for page in (*KINDS, "99AB/index.html", "intake/index.html")),
    *(pytest.param("quarto", page, marks=QUARTO) for page in (*KINDS, "99AB/index.html")),
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that keeps silent."""

    def log_message(self, *words):
        pass


@pytest.fixture(scope="session")
def bundles(small_run, tmp_path_factory):
    """A folder with ``preview`` and, once asked for, ``quarto``: each with the reports of that renderer."""
    folder = tmp_path_factory.mktemp("bundles")
    outputs = small_run[0] / "outputs" / "small"
    shutil.copytree(outputs / "reports", folder / "preview")
    shutil.copytree(outputs / "intake", folder / "preview" / "intake")
    return folder


@pytest.fixture(scope="session")
def bundle(bundles, request):
    """The folder of a renderer's reports, by its name."""

    def find(renderer: str) -> Path:
        folder = bundles / renderer
        if not folder.is_dir():
            for unit, report in request.getfixturevalue("quarto_reports").items():
                shutil.copytree(report, folder / unit)
        return folder

    return find


@pytest.fixture(scope="session")
def site(bundles):
    """Address of a server of :func:`bundles`."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=bundles)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(browser, bundle, site):
    """Open a page of a renderer: served, or with ``folder=True`` from its folder; options are those of a context."""
    contexts = []

    def go(renderer: str, page: str, *, folder: bool = False, width: int = 1440, **options) -> Page:
        root = bundle(renderer)
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, **options))
        opened = contexts[-1].new_page()
        opened.complaints = listen(opened)
        opened.goto(f"{(root / page).as_uri()}" if folder else f"{site}/{renderer}/{page}")
        return opened

    yield go
    for context in contexts:
        context.close()


def listen(page: Page) -> list[str]:
    """What the page complains of, filled while it lives: errors, failed requests, requests to other hosts."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("console", lambda said: found.append(f"console: {said.text}") if said.type == "error" else None)
    page.on("requestfailed", lambda asked: None if left(asked) else found.append(f"failed: {asked.url}"))
    page.on("request", lambda asked: found.append(f"elsewhere: {asked.url}") if not is_here(asked.url) else None)
    return found


def left(asked) -> bool:
    """Whether the reader went on before all had come in."""
    return "ERR_ABORTED" in (asked.failure or "")


def is_here(address: str) -> bool:
    return address.startswith(("http://127.0.0.1:", "file:", "data:", "blob:"))


@pytest.fixture(scope="session")
def axe() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("dark", 1440)])
@pytest.mark.parametrize(("renderer", "page"), PAGES)
def test_no_barriers(visit, axe, renderer, page, theme, width):
    assert barriers(visit(renderer, page, width=width, color_scheme=theme), axe) == []


@pytest.mark.parametrize("renderer", RENDERERS)
def test_no_barriers_while_searching(visit, axe, renderer):
    page = visit(renderer, "sector/index.html", color_scheme="dark")
    look_for(page, renderer, "focusgroepen")
    page.wait_for_timeout(300)
    # the list of hits of the library that Quarto searches with has links within its options
    known = "nested-interactive: ['#autocomplete" if renderer == "quarto" else "nothing"
    assert [one for one in barriers(page, axe) if not one.startswith(known)] == []


@pytest.mark.parametrize(("renderer", "page"), PAGES)
def test_nothing_sticks_out_and_nothing_is_asked_elsewhere(visit, renderer, page):
    for width in (360, 1440):
        opened = visit(renderer, page, width=width)
        opened.evaluate("document.querySelectorAll('img').forEach(image => { image.loading = 'eager'; })")
        opened.wait_for_function("Array.from(document.images).every(image => image.complete)")
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        for image in opened.locator("main img").all():
            box, true = image.bounding_box(), image.evaluate("image => [image.naturalWidth, image.naturalHeight]")
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            inner = image.evaluate(INNER_SIZE)
            assert inner[0] / inner[1] == pytest.approx(true[0] / true[1], rel=0.02)
        assert opened.complaints == []


EMPTY = """# Veiligheid van studenten

Er zijn te weinig antwoorden.

*Veiligheidsgevoel van studenten: er zijn geen cijfers die getoond mogen worden.*

# Veiligheid van medewerkers

::: {.callout-note title="Wat deze cijfers niet zeggen"}
Er zijn geen cijfers.
:::
"""


@pytest.mark.parametrize(
    "name", ["X", "Regionaal Opleidingencentrum " * 12, "Vak" + "school" * 30, "R&D “’t Café” <Ö>"]
)
def test_any_name_and_chapters_without_figures_look_right(browser, axe, tmp_path, name):
    meta = {"title": "Monitor", "subtitle": f"Instellingsrapport: {name}", "published": "november 2023"}
    (tmp_path / "work").mkdir()
    preview.page(
        tmp_path / "work",
        EMPTY,
        {**meta, "synthetic": True, "confidential": True, "concept": True},
        tmp_path / "index.html",
    )
    for width in (360, 1440):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto((tmp_path / "index.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        expect(page.locator(".subtitle")).to_have_text(meta["subtitle"].strip())
        for mark in ("Synthetische gegevens", "Vertrouwelijk: alleen", "Concept: nog niet vrijgegeven"):
            expect(page.get_by_role("complementary")).to_contain_text(mark)
        assert barriers(page, axe) == []
        context.close()


@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_link_and_download_leads_somewhere(bundle, renderer):
    count = 0
    pages = {path: html.parse(str(path)).getroot() for path in bundle(renderer).rglob("*.html")}
    ids = {path: set(root.xpath("//@id")) for path, root in pages.items()}
    for path, root in pages.items():
        for link in root.xpath("//a/@href | //img/@src | //script/@src | //link/@href"):
            if link.startswith(("data:", "mailto:")):
                continue
            file, _, anchor = urllib.parse.unquote(link).partition("#")
            target = (path.parent / file.partition("?")[0]).resolve() if file else path
            assert target.is_file(), f"{path.name}: {link}"
            assert not anchor or anchor in ("top", *ids[target]), f"{path.name}: {link}"
            count += 1
    assert count > 500


@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_figure_and_table_of_a_chapter_has_its_link_and_its_data(bundle, renderer):
    for page in bundle(renderer).glob("*/*-*.html"):
        root = html.parse(str(page)).getroot()
        labels = [one for one in root.xpath("//@id") if re.fullmatch(r"(fig|tbl)-[\w-]+", one) and "caption" not in one]
        assert labels
        for label in labels:
            names = root.xpath(f"//a[@class='miv-anchor' and substring-after(@href, '#')='{label}']/@aria-label")
            assert len(names) == 1, label
            assert root.xpath(f"//a[@class='miv-csv']/@href[.='data/{label}.csv' or .='./data/{label}.csv']"), label


@pytest.mark.parametrize(("renderer", "page"), PAGES)
def test_tables_have_heads_and_the_page_its_language(bundle, renderer, page):
    root = html.parse(str(bundle(renderer) / page)).getroot()
    assert root.get("lang") == "nl"
    assert not root.xpath("//main//table//th[not(@scope)]")
    assert not root.xpath("//main//table[not(.//thead)]")
    assert not root.xpath("//main//table//tbody/tr[not(th)]")


def look_for(page: Page, renderer: str, words: str):
    """Type words into the search; gives the first hit."""
    field = page.locator("#zoek" if renderer == "preview" else ".aa-Input")
    field.fill(words) if renderer == "preview" else field.press_sequentially(words)
    hit = page.locator(".search ol a" if renderer == "preview" else ".aa-Item a").first
    hit.wait_for()
    return hit


@pytest.mark.parametrize("folder", [False, True])
@pytest.mark.parametrize("renderer", RENDERERS)
def test_search_finds_a_term_and_goes_there(visit, renderer, folder):
    page = visit(renderer, "sector/index.html", folder=folder)
    look_for(page, renderer, "informatiebeveiliging").click()
    page.wait_for_url(re.compile(r".*3-institutions-role\.html.*"))
    mark = page.locator("main mark").first
    expect(mark).to_have_text(re.compile("informatiebeveiliging", re.IGNORECASE))
    expect(mark).to_be_in_viewport()
    assert page.complaints == []


def test_search_within_one_page_with_the_keyboard_alone(visit):
    page = visit("preview", "99AB/index.html", folder=True)
    page.locator("#zoek").fill("geheimhouding")
    expect(page.get_by_role("status")).to_contain_text(re.compile(r"\d+ plek"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(".search ol a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#geheimhouding mark")).to_be_in_viewport()
    page.locator("#zoek").fill("xyzzy")
    expect(page.get_by_role("status")).to_contain_text("Niets gevonden")
    page.keyboard.press("Escape")
    expect(page.locator("#zoek")).to_have_value("")


def test_search_minds_no_accents_or_capitals(visit):
    page = visit("preview", "sector/index.html")
    page.locator("#zoek").fill("COORDINATOREN")
    expect(page.locator(".search ol a").first).to_be_visible()


@pytest.mark.parametrize("renderer", RENDERERS)
def test_the_theme_follows_the_system_until_the_reader_chooses(visit, renderer):
    page = visit(renderer, "sector/index.html", color_scheme="dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(colour)
    page.get_by_role("button", name="Licht").click()
    light = page.evaluate(colour)
    assert (dark, light) == ("rgb(17, 24, 30)", "rgb(255, 255, 255)")
    page.reload()
    assert page.evaluate(colour) == light
    page.goto(page.url.replace("index.html", "methode.html"))
    assert page.evaluate(colour) == light
    expect(page.get_by_role("button", name="Donker")).to_be_visible()
    page.emulate_media(media="print")
    assert page.evaluate(colour) == light


@pytest.mark.parametrize("renderer", RENDERERS)
def test_the_first_tab_leads_past_the_menus_and_focus_is_seen(visit, renderer):
    page = visit(renderer, "sector/1-student-safety.html")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Naar de inhoud")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_menu_of_a_small_screen_opens_and_closes_with_the_keyboard(visit):
    page = visit("preview", "sector/index.html", width=360)
    button, contents = page.get_by_role("button", name="Inhoud"), page.get_by_role("navigation", name="Inhoudsopgave")
    expect(contents).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(contents).to_be_visible()
    page.keyboard.press("Escape")
    expect(contents).to_be_hidden()
    expect(button).to_be_focused()


@NO_QUARTO
@pytest.mark.quarto
def test_the_menu_of_quarto_opens_on_a_small_screen(visit):
    page = visit("quarto", "sector/index.html", width=360)
    page.locator(".quarto-btn-toggle").press("Enter")
    expect(page.get_by_role("navigation", name="Hoofdstukken").get_by_role("link", name="Methode")).to_be_visible()


def test_the_contents_mark_what_is_read(visit):
    page = visit("preview", "99AB/index.html")
    current = page.locator(".toc a[aria-current]")
    expect(current).to_have_text("Samenvatting")
    page.locator("#geheimhouding").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('geheimhouding').scrollIntoView()")
    expect(current).to_contain_text("Geheimhouding")


@pytest.mark.parametrize("renderer", RENDERERS)
def test_next_and_previous_lead_through_the_chapters(visit, renderer):
    page = visit(renderer, "sector/index.html")
    seen = []
    while page.locator("[rel=next]").count() and len(seen) < 20:
        seen.append(urllib.parse.urlsplit(page.url).path.rsplit("/", 1)[-1])
        page.goto(urllib.parse.urljoin(page.url, page.locator("[rel=next]").first.get_attribute("href")))
    assert seen[:3] == ["index.html", "1-student-safety.html", "2-staff-safety.html"]
    assert page.url.endswith("colofon.html")
    expect(page.locator(".miv-cite")).to_contain_text("Monitor Integrale Veiligheid")


@pytest.mark.parametrize("renderer", RENDERERS)
def test_the_first_page_tells_findings_with_their_number(visit, renderer):
    page = visit(renderer, "sector/index.html")
    cards = page.locator(".miv-card")
    assert cards.count() >= 2
    for card in cards.all():
        assert re.fullmatch(r"\d+(,\d+)?%", card.locator(".miv-number").inner_text())
        target = card.get_by_role("link").get_attribute("href").rsplit("/", 1)[-1]
        assert re.fullmatch(r"\d-[\w-]+\.html#(fig|tbl)-[\w-]+", target)
    assert page.locator(".miv-shown img").count() >= 1


def test_a_wide_table_can_be_reached_and_a_narrow_one_is_no_stop(visit):
    page = visit("preview", "sector/bevindingen.html", width=360)
    box = page.locator("#tbl-bevindingen .miv-scroll")
    expect(box).to_have_attribute("tabindex", "0")
    expect(box).to_have_accessible_name(re.compile("Tabel om opzij te schuiven: Tabel .*[Bb]evindingen|.*Uitspraken.*"))
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('#tbl-bevindingen .miv-scroll').scrollLeft > 0")
    page.set_viewport_size({"width": 1800, "height": 900})
    page.wait_for_function("!document.querySelector('#tbl-bevindingen .miv-scroll').hasAttribute('tabindex')")


@pytest.mark.parametrize("renderer", RENDERERS)
def test_who_asks_for_less_motion_gets_none(visit, renderer):
    page = visit(renderer, "sector/index.html", reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert page.evaluate(
        "Array.from(document.querySelectorAll('*')).every(one => "
        "parseFloat(getComputedStyle(one).transitionDuration) === 0)"
    )


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", ["sector/2-staff-safety.html", "sector/bevindingen.html"])
def test_print_cuts_no_table(visit, renderer, name):
    page = visit(renderer, name, width=718)
    page.emulate_media(media="print")
    cut = page.evaluate(
        "Array.from(document.querySelectorAll('main table')).filter(table => table.getBoundingClientRect().right > 719)"
        ".map(table => table.textContent.slice(0, 60))"
    )
    assert cut == []
    rows = page.evaluate(
        "Array.from(document.querySelectorAll('main tbody tr')).map(row => "
        "Array.from(row.cells).map(cell => cell.textContent))"
    )
    printed = PdfReader(
        io.BytesIO(page.pdf(format="A4", margin=dict.fromkeys(("left", "right", "top", "bottom"), "10mm")))
    )
    words = letters("".join(one.extract_text() for one in printed.pages))
    lacking = [cell for row in rows for cell in row if letters(cell) not in words]
    assert len(rows) > 20
    assert lacking == []
    assert "Gegevens(CSV)" not in words


def letters(text: str) -> str:
    """Text without spaces, which a PDF breaks elsewhere, and without ligatures."""
    return re.sub(r"[\s\u00ad\u200b-]", "", unicodedata.normalize("NFKC", text))
