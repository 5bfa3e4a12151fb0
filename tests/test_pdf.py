"""The PDFs of both renderers, opened: tags, language, title, bookmarks, alternative texts, whole tables."""

import re

import pytest
from conftest import needs_quarto
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from helpers.errors import MonitorError
from helpers.render import pdf

RUNNING = r"SYNTHETISCH|Synthetische gegevens: .*? verzonnen\.|Monitor Integrale.{0,80}?rappo\S*"
"""What stands on every page."""
PLAIN = str.maketrans("“”‘’", "\"\"''")


def elements(reader):
    """All structure elements of a document, each with the one above it."""
    waiting = [(reader.trailer["/Root"]["/StructTreeRoot"]["/K"], None)]
    while waiting:
        found, above = waiting.pop()
        found = found.get_object() if hasattr(found, "get_object") else found
        if isinstance(found, ArrayObject):
            waiting += [(each, above) for each in reversed(found)]
        elif isinstance(found, DictionaryObject) and "/S" in found:
            yield found, above
            waiting.append((found.get("/K", ArrayObject()), found))


def below(element):
    """Everything in an element: structure elements, and references to pages."""
    waiting = [element.get("/K", ArrayObject())]
    while waiting:
        found = waiting.pop().get_object()
        if isinstance(found, ArrayObject):
            waiting += [each for each in found if hasattr(each, "get_object")]
        elif isinstance(found, DictionaryObject):
            yield found
            waiting.append(found.get("/K", ArrayObject()))


def bookmarks(outline):
    for each in outline:
        if isinstance(each, list):
            yield from bookmarks(each)
        else:
            yield re.sub(r"^[\d.]+ ", "", each.title.strip()).translate(PLAIN)


def printed(source):
    """A report's Markdown without what stands on web pages only."""
    only = r'^(:{3,}) \{\.content-visible when-format="html"\}\n.*?^\1$'
    return re.sub(only, "", source, flags=re.MULTILINE | re.DOTALL)


def headings(source):
    """Headings of a report's Markdown, as plain text."""
    text = printed(source).split("---\n", 2)[2]
    found = [re.match(r"#+ (.*?)(?:\s*\{[^{}]*\})?$", line) for line in text.splitlines()]
    return [re.sub(r"\\(.)", r"\1", one[1]).replace("**", "").translate(PLAIN) for one in found if one]


@pytest.fixture(scope="module", params=["preview", pytest.param("quarto", marks=needs_quarto)])
def reports(request):
    """Root of a small world whose reports were made by one of the renderers."""
    if request.param == "quarto":
        return request.getfixturevalue("quarto_run")
    root, done = request.getfixturevalue("small_run")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="module", params=["sector", "99AB"])
def made(request, reports):
    """Reader of one report, and the report's source."""
    outputs = reports / "outputs/small"
    source = outputs / "units" / request.param / "source/document/report.qmd"
    return PdfReader(outputs / "reports" / request.param / "report.pdf"), source.read_text(encoding="utf-8")


def test_it_says_what_it_is(made):
    reader, _ = made
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("nl")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title.startswith("Monitor Integrale Veiligheid mbo")
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode("utf-8")


def test_bookmarks_are_the_headings(made):
    reader, source = made
    assert list(bookmarks(reader.outline)) == ["Inhoud", *headings(source)]
    tags = [str(element["/S"]) for element, _ in elements(reader)]
    assert sum(bool(re.fullmatch(r"/H\d", tag)) for tag in tags) == len(headings(source)) + 1


def test_every_picture_has_a_text(made):
    reader, source = made
    texts = [element.get("/Alt") for element, _ in elements(reader) if element["/S"] == "/Figure"]
    assert len(texts) == len(re.findall(r"\]\(figures/", printed(source))) >= 8
    assert all(text and len(text) > 20 for text in texts)


def test_every_table_has_heads_and_a_caption(made):
    reader, source = made
    found = [(element, above) for element, above in elements(reader) if element["/S"] == "/Table"]
    assert len(found) == len(re.findall(r"^: .*\{#tbl-", source, re.MULTILINE)) >= 8
    for table, _ in found:
        tags = [str(each["/S"]) for each in below(table) if "/S" in each]
        assert "/THead" in tags
        assert tags.count("/TH") >= 2
    captions = [element for element, _ in elements(reader) if element["/S"] == "/Caption"]
    assert len(captions) >= len(found)


def test_short_tables_are_on_one_page(made):
    reader, _ = made
    long = 0
    for table in (element for element, _ in elements(reader) if element["/S"] == "/Table"):
        parts = list(below(table))
        rows = sum(each.get("/S") == "/TR" for each in parts)
        pages = {each.raw_get("/Pg").idnum for each in parts if "/Pg" in each and each.get("/S") in ("/TD", "/TH")}
        if rows <= 12:
            assert len(pages) <= 1
        long += len(pages) > 1
    assert long < 8


def test_heads_are_repeated_and_no_page_is_empty(made):
    reader, source = made
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    if "tbl-codeboek-students" in source:
        heads = [text for text in texts if "Kolom Betekenis Waarden" in text]
        assert len(heads) > 4
    for number, page in enumerate(reader.pages, start=1):
        words = re.sub(
            r"SYNTHETISCH|Synthetische gegevens: .*? verzonnen\.|Monitor Integrale.{0,80}?rappo\S*",
            "",
            texts[number - 1],
        )
        assert len(words) > 60 or page.images or number == 1, f"page {number} is empty"


def test_contents_fit_on_one_page(made):
    reader, _ = made
    assert len(re.findall(r"\.{20}", reader.pages[1].extract_text())) > 20
    assert "\nSamenvatting\n" in reader.pages[2].extract_text()


def test_a_typeface_that_is_not_there(tmp_path, monkeypatch):
    import matplotlib

    monkeypatch.setattr(matplotlib, "get_data_path", lambda: str(tmp_path))
    with pytest.raises(MonitorError, match=r"lacks the typeface.*DejaVuSans.ttf.*make distclean"):
        pdf.make(tmp_path / "x.typ", tmp_path / "x.pdf")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('#set text(font: "Comic Sans")\n= A', "unknown font family: comic sans"),
        ("= A\n=== B", "heading"),
        ('#image("x.svg")', "alt"),
        ("= A\n\U0001f9ff", "could not be displayed"),
    ],
)
def test_what_typst_would_let_pass_or_breaks_the_standard(tmp_path, text, told):
    (tmp_path / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8")
    start = '#set document(title: "x")\n#set text(lang: "nl", font: "DejaVu Sans", fallback: false)\n'
    (tmp_path / "x.typ").write_text(start + text, encoding="utf-8")
    with pytest.raises(MonitorError, match=told):
        pdf.make(tmp_path / "x.typ", tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()
