"""The language of the reports: words of the glossary, certainty, spelling, style and reading ease.

Looked at are the pages of the small world's reports and its intake page, as a reader meets them; and, for what that
world does not happen to say, all Dutch texts in the code.
"""

from __future__ import annotations

import json
import re
import statistics
from functools import cache
from pathlib import Path

import pandas as pd
import prose
import pytest

from helpers import characteristics, codebook, dutch, findings, glossary, paths, schema, wording
from helpers.chapters import phrases
from helpers.render.stitch import _briefly
from helpers.sources import load_sources
from helpers.story import template
from helpers.values import Nothing

HELPERS = paths.ROOT / "src" / "helpers"
WORDS = Path(__file__).with_name("words-nl.txt")
REASONS = {"term", "name", "word", "jargon"}
DUTCH = (
    *sorted((HELPERS / "chapters").glob("*.py")),
    *(HELPERS / "findings" / f"{name}.py" for name in ("answers", "page")),
    *(
        HELPERS / "ingest" / f"{name}.py"
        for name in (
            "across",
            "arrived",
            "comparability",
            "incidents",
            "mapping",
            "overview",
            "problems",
            "registration",
        )
    ),
    HELPERS / "ingest" / "validate.py",
    HELPERS / "render" / "intake.py",
    *(HELPERS / f"{name}.py" for name in ("codebook", "groups", "schema", "wording")),
)
"""Modules whose texts readers or researchers see in Dutch."""

OFFICIALESE = (
    r"middels|ten aanzien van|dien(?:t|en) te|indien|betreffende|teneinde|alsmede|aangaande|inzake|derhalve|"
    r"conform|omtrent|jegens|welke (?:zijn|is|worden)|door middel van|in het kader van|met betrekking tot|"
    r"ten behoeve van|als gevolg van het feit|evenmin|tevens|reeds|thans|hetgeen|zulks|voornoemde?|bovengenoemde?|"
    r"onderhavige?|geschiedt|plaatsvindt|worden er|zorg dragen|ter zake|dan wel|mits|gegeven de|nader(?:e)? invulling"
)
"""Words and turns that a plain text does without."""

ENGLISH = {
    *("the", "and", "with", "from", "for", "missing", "unknown", "total", "none", "other", "share", "students"),
    *(
        "staff",
        "safe",
        "unsafe",
        "wave",
        "sector-wide",
        "report",
        "table",
        "figure",
        "finding",
        "hidden",
        "true",
        "false",
    ),
}

MEAN_SENTENCE, LONGEST_SENTENCE, LONGEST_IN_CHAPTERS = 15, 32, 36
"""Words. Measured on the small world: a mean of 13.5 to 14.3 in the summaries, none above 30; chapters up to 31."""
FIGURES = 4
"""Mean number of figures in a bullet of the summary: 3.0 to 3.4 measured, 5 before there were short variants."""
EASE, EASE_WITHOUT_TERMS = 44, 55
"""Bounds of reading ease of every summary (Flesch-Douma), and of its words that the glossary does not explain.

Measured: 46 to 50, and 57.5 to 62.5. Terms as *medewerkers*, *instelling* and *veiligheidsgevoel* have four or five
syllables and no shorter synonym; without them the summary reads as B1 to B2 (60 is "plain" on the scale of Flesch).
"""


@pytest.fixture(scope="session")
def pages(small_run) -> dict[str, list[prose.Block]]:
    """Blocks of all reports of the small world by unit; ``intake`` is the intake page."""
    root, done = small_run
    assert done.returncode == 0, done.stderr
    edition = root / "outputs" / "small"
    folders = sorted((edition / "reports").iterdir())
    found = {
        folder.name: [block for page in in_order(folder) for block in prose.blocks(page, chapter_titles())]
        for folder in folders
    }
    assert {"sector", "99AA", "99AB"} <= set(found)
    return {**found, "intake": prose.blocks(edition / "intake" / "index.html")}


def chapter_titles() -> set[str]:
    """Headings of the notebooks and of the parts that are not chapters."""
    books = [json.loads(path.read_text(encoding="utf-8"))["cells"] for path in paths.NOTEBOOKS.glob("*.ipynb")]
    starts = ["".join(cells[0]["source"]) for cells in books]
    starts += [path.read_text(encoding="utf-8") for path in paths.REPORT_PARTS.glob("*.md")]
    return {start.splitlines()[0].removeprefix("# ").partition(" {")[0] for start in starts}


def in_order(folder: Path) -> list[Path]:
    """Pages of a report, the first page first."""
    return sorted(folder.glob("*.html"), key=lambda page: (page.name != "index.html", page.name))


@pytest.fixture(scope="session")
def register(small_run) -> tuple[str, ...]:
    """Names of the institutions of the small world, which are not ours to spell."""
    names = pd.read_parquet(small_run[0] / "outputs" / "small" / "data" / "register.parquet")["name"]
    return tuple(names)


@pytest.fixture(scope="session")
def reports(pages, register) -> list[tuple[str, prose.Block]]:
    """Unit and block of everything in the reports, institutions' names aside."""
    found = []
    for unit, blocks in pages.items():
        for block in blocks:
            text = block.text
            for name in register:
                text = text.replace(name, "…")
            found.append((unit, prose.Block(block.kind, text, block.chapter, block.column)))
    return found


@cache
def code_texts() -> list[tuple[str, str]]:
    """Dutch texts in the code, templates, register and labels, with where they stand."""
    found = [(path.name, text) for path in DUTCH for text in prose.literals(path)]
    found += [(path.name, template_prose(path)) for path in sorted(paths.REPORT_PARTS.glob("*.md"))]
    found += [("findings.yml", one.nl) for one in findings.load_register()]
    found += [("sources.yml", f"{source.title}; {source.basis}") for source in load_sources()]
    found += [("schema.py", word) for words in schema.LABELS.values() for word in words.values()]
    found += [
        ("schema.py", codebook.label_of(name, about))
        for table in schema.TABLES.values()
        for name, about in table.items()
    ]
    for one in characteristics.load():
        found += [("characteristics.yml", word) for word in (one.subject, one.step) if word]
        found += [("characteristics.yml", word) for each in one.categories.values() for word in (each.label, each.who)]
    found += [("codebook.py", word) for word in (*codebook.TITLES.values(), *codebook.KINDS.values())]
    found += [("glossary.yml", term.means) for term in glossary.load_glossary().terms]
    for path in sorted((paths.REPORT_PARTS / "words").glob("*/*.md")):
        found.append((str(path.relative_to(paths.ROOT)), template_prose(path)))
    found += [(path.name, sentence_prose(path.read_text(encoding="utf-8"))) for path in paths.SENTENCES.glob("*.md")]
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        found += [(path.name, text) for text in prose.told_in(path)]
    return found


def template_prose(path: Path) -> str:
    """A Jinja template's own words."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "0", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"<!--.*?-->|\{#[\w-]*\}|\]\([^)]*\)", " ", text, flags=re.DOTALL)


def sentence_prose(text: str) -> str:
    """The words of a file of sentences; each sentence is a paragraph."""
    text = re.sub(r"\{#.*?#\}|\{%-?\s*(?:end)?macro.*?%\}", "\n\n", text, flags=re.DOTALL)
    return prose.without_values(text)


def project_words() -> dict[str, str]:
    """The project's own words with the reason of each."""
    lines = WORDS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


needs_hunspell = pytest.mark.skipif(bool(prose.why_no_hunspell()), reason=prose.why_no_hunspell() or "found")


# the words of the glossary


def test_every_report_explains_the_words_that_it_uses(pages):
    """Each term of the page Begrippen occurs elsewhere in that kind of report, or in what the code can say there."""
    sayable = " ".join(text for place, text in code_texts() if place not in ("glossary.yml", "schema.py"))
    terms = {glossary.sortable(term.term): term for term in glossary.load_glossary().terms}
    for kind, units in (("sector", ["sector"]), ("institution", ["99AA", "99AB", "99AC"])):
        told = " ".join(b.text for unit in units for b in pages[unit] if b.chapter != "Begrippen") + " " + sayable
        told = told.casefold()
        named = [b.text for b in pages[units[0]] if b.chapter == "Begrippen" and b.column == "Begrip"]
        assert len(named) > 40
        assert [glossary.sortable(name) for name in named] == sorted(glossary.sortable(name) for name in named)
        for name in named:
            term = terms[glossary.sortable(name)]
            assert any(form.casefold() in told for form in (term.term, *term.forms)), (kind, name)


def test_words_to_avoid_are_in_no_report_and_in_no_text(reports):
    published = {"Bevinding"}  # what was published, in the appendix
    for word in glossary.load_glossary().avoid:
        for unit, block in reports:
            if block.column not in published:
                assert not word.pattern.search(block.text), f"{unit}: '{word.word}', write {word.instead}: {block.text}"
        for place, text in code_texts():
            if place not in ("findings.yml", "glossary.yml"):
                assert not word.pattern.search(text), f"{place}: '{word.word}', write {word.instead}: {text}"


# words of certainty


def test_the_rule_in_the_method_is_what_the_functions_say(pages):
    told = [block.text for block in pages["sector"] if block.chapter == "Methode" and block.kind in ("td", "th")]
    for row in wording.rule():
        for cell in row:
            assert cell in told
    cases = wording.rule()
    assert [case[2] for case in cases] == [
        "duidelijk vaker, duidelijk minder vaak",
        "iets vaker, iets minder vaak",
        "ongeveer even vaak",
        "niet duidelijk vaker of minder vaak",
    ]
    assert wording.difference(wording.margin(), 0.01, 0.05) == "een duidelijk verschil"
    assert [wording.strength(size) for size in (0.29, -0.3, 0.5)] == ["zwakke", "matige", "sterke"]


COUNTED = re.compile(r"minder vaak dan elk jaar|bij \w+ (?:gestegen|gedaald)")
"""An answer to a question, and how many levels rose: no words for a difference."""
COMPARED = re.compile(r"(\S+) (\S+) (vaker|minder vaak|gestegen|gedaald|hoger dan|lager dan|verschil\b(?! van))")


def test_differences_are_told_with_the_words_of_the_rule_only(reports):
    """In every sentence with an interval or a percentage, what is compared carries a word of the rule."""
    allowed = {phrase.removesuffix(" dan") for phrase in wording.vocabulary()}
    seen = set()
    for unit, block in reports:
        if block.chapter in ("Methode", "Begrippen", "Bevindingen") or block.kind not in ("p", "li", "alt"):
            continue
        for sentence in prose.sentences(block.text):
            told = "%" in sentence or "procentpunt" in sentence
            if not told or "noemen wij" in sentence:  # the rule itself
                continue
            for before, word, compared in COMPARED.findall(COUNTED.sub("", sentence)):
                phrase = f"{word} {compared.removesuffix(' dan')}"
                longer = f"{before} {phrase}"
                assert phrase in allowed or longer in allowed, f"{unit}: '{longer}' in: {sentence}"
                seen.add(compared)
    assert {"vaker", "minder vaak", "verschil"} <= seen  # else this looked at nothing


# numbers and dates


def test_every_range_and_sign_is_written_in_one_way(reports):
    for unit, block in reports:
        if block.kind in ("p", "li", "alt", "caption"):
            text = block.text
            assert not re.search(r"\d,\d+ ?[–-] ?\d", text), f"{unit}: a range is written with 'tot': {text}"
            assert not re.search(r"\d (?:%|procent\b)", text), f"{unit}: a percentage is written as 80,9%: {text}"
            assert not re.search(r"(?<![\w-])-\d", text), f"{unit}: a hyphen for a minus: {text}"
            assert not re.search(r"\d\.\d{1,2}(?!\d)", text), f"{unit}: a decimal point: {text}"


# spelling


@needs_hunspell
def test_every_word_is_in_the_dictionary_or_on_the_project_list(reports):
    listed = project_words()
    found: dict[str, str] = {}
    for unit, block in reports:
        for word in prose.words(block.text):
            found.setdefault(word, f"{unit}: {block.text[:120]}")
    for place, text in code_texts():
        for word in prose.words(text):
            found.setdefault(word, f"{place}: {text[:120]}")
    strange = prose.unknown(found)
    wrong = {word: found[word] for word in sorted(strange) if not {word, word[:1].lower() + word[1:]} & set(listed)}
    assert not wrong, "mend, or add to tests/words-nl.txt with a reason"
    needed = {word[:1].lower() + word[1:] for word in strange} | strange
    assert set(listed) <= needed, f"no longer needed in tests/words-nl.txt: {sorted(set(listed) - needed)}"


@needs_hunspell
def test_the_spelling_check_finds_mistakes():
    assert prose.unknown(["veiligheid", "veiligheit", "psychisch-fysiek", "psychisch-fisiek"]) == {
        "veiligheit",
        "psychisch-fisiek",
    }


def test_the_project_list_is_in_order_and_gives_reasons():
    listed = project_words()
    assert list(listed) == sorted(listed, key=str.casefold)
    assert set(listed.values()) <= REASONS
    terms = {form.casefold() for term in glossary.load_glossary().terms for form in (term.term, *term.forms)}
    said = {part for form in terms for part in re.split(r"[^\w-]+", form)} | {form.replace("’", "'") for form in terms}
    explained = " ".join(term.means for term in glossary.load_glossary().terms).casefold()
    for word, reason in listed.items():
        if reason == "term":
            whole = word.casefold()
            assert whole in said or whole in explained or whole.split("-")[0] in said, f"'{word}' is no term"


# style


def test_no_officialese_and_no_english(reports):
    stiff = re.compile(rf"\b(?:{OFFICIALESE})\b", re.IGNORECASE)
    texts = [(unit, block.text) for unit, block in reports] + code_texts()
    for place, text in texts:
        found = stiff.search(text)
        assert not found, f"{place}: '{found[0]}' in: {text}"
        english = {word.lower() for word in prose.words(text)} & ENGLISH
        if place.endswith(".py"):
            continue  # errors are in English; what Python publishes is read in the reports
        assert not english, f"{place}: {english} in: {text}"


def test_spaces_and_quotes(reports, small_run):
    for unit, block in reports:
        text = block.text
        assert not re.search(r"(?<![:.…–]) [,;:!?](?:\s|$)|\w \.(?:\s|$)", text), f"{unit}: space before a mark: {text}"
        assert not re.search(r"['\"]", text), f"{unit}: straight quotes: {text}"
        assert not re.search(r"[«»„]", text), f"{unit}: other quotes than ‘ ’ and “ ”: {text}"
        opened, closed = text.count("‘"), len(re.findall(r"’(?!\w)", text))
        assert opened <= closed, f"{unit}: a quote that is not closed: {text}"
        assert not re.search(r"\b(\w+) \1\b(?! \d)", re.sub(r"\d", "", text).lower()) or allowed_twice(text), (
            f"{unit}: {text}"
        )
        assert ".." not in text.replace("...", "")
    units = small_run[0] / "outputs" / "small" / "units"
    for path in sorted(units.glob("*/source/document/report.qmd")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("|")]
        double = [line for line in lines if re.search(r"\S  +\S", line)]
        assert not double, f"{path}: two spaces: {double[0]}"
    for place, text in code_texts():
        if not place.endswith((".md", ".ipynb")):
            assert not re.search(r"\S {2,}\S", text), f"{place}: two spaces: {text}"


def allowed_twice(text: str) -> bool:
    """A word twice in a row that is right: ``die die``, names, and cells of lists."""
    return bool(re.search(r"\b(die die|dat dat|zich zich)\b", text.lower()))


# reading ease


def summary(blocks: list[prose.Block]) -> list[str]:
    return [block.text for block in blocks if block.chapter == "Samenvatting" and block.kind in ("p", "li")]


def lengths(texts: list[str]) -> list[int]:
    return [len(sentence.split()) for text in texts for sentence in prose.sentences(text)]


def test_sentences_are_short(pages):
    for unit in set(pages) - {"intake"}:
        counts = lengths(summary(pages[unit]))
        assert len(counts) > 25
        assert statistics.mean(counts) <= MEAN_SENTENCE, unit
        assert max(counts) <= LONGEST_SENTENCE, unit
        every = lengths([block.text for block in pages[unit] if block.kind in ("p", "li")])
        assert max(every) <= LONGEST_IN_CHAPTERS, unit


def test_the_summary_is_not_a_table(pages):
    for unit in set(pages) - {"intake"}:
        counts = [len(re.findall(r"\d[\d.,]*", text)) for text in summary(pages[unit])]
        assert statistics.mean(counts) <= FIGURES, unit


def test_the_summary_reads_easily(pages):
    terms = {
        word.casefold()
        for term in glossary.load_glossary().terms
        for form in (term.term, *term.forms)
        for word in prose.words(form)
    }
    for unit in set(pages) - {"intake"}:
        texts = summary(pages[unit])
        assert prose.flesch_douma(texts) >= EASE, unit
        assert prose.flesch_douma(texts, explained=terms) >= EASE_WITHOUT_TERMS, unit


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("veiligheid", 3),
        ("medewerkers", 4),
        ("studenten", 3),
        ("idee", 2),
        ("geïnterviewd", 4),
        ("beïnvloeden", 4),
        ("creatief", 3),
        ("nieuw", 1),
        ("leeuwen", 2),
        ("mbo", 1),
        ("bijna", 2),
        ("rug", 1),
        ("energie", 3),
        ("situatie", 4),
        ("eigen", 2),
    ],
)
def test_syllables(word, count):
    assert prose.syllables(word) == count


def test_reading_ease_falls_with_longer_sentences_and_words():
    short = prose.flesch_douma(["Wij zien dat. Het gaat goed."])
    assert short > prose.flesch_douma(["Wij zien dat het nu al een tijd lang en overal heel goed gaat."]) > 60
    assert prose.flesch_douma(["Veiligheidscoördinatoren registreren incidenten."]) < 0


def test_sentences_end_where_they_end():
    text = "1. Van 1.000 studenten is 80,9% veilig. ‘Niet aangeleverd’ zegt niets! Wie? Zij (4 fragmenten)."
    assert len(prose.sentences(text)) == 4


# the short variant


def test_the_summary_tells_the_short_variant_and_keeps_the_full_one(small_run, pages):
    told = " ".join(summary(pages["sector"]))
    path = small_run[0] / "outputs" / "small" / "units" / "sector" / "1-student-safety.findings.json"
    found = {one["id"]: one for one in json.loads(path.read_text(encoding="utf-8"))}
    assert "interval" in found["S01"]["sentence"]
    assert "interval" not in found["S01"]["short"]
    assert found["S01"]["short"].replace("**", "") in told


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.62, 0.66, ""), (0.35, 0.87, " (onzeker: 35% tot 87%)"), (float("nan"), 1, "")]
)
def test_a_wide_interval_is_told_in_the_summary_too(low, high, said):
    assert wording.uncertain(low, high) == said


def test_what_does_not_differ_is_told_in_one_sentence():
    def finding(by, people="studenten", crossing=False):
        fact = Nothing(by, people, crossing=crossing)
        told = template.render("{{ x }}", {"x": fact})
        return {"sentence": told.text, "short": told.text, "nothing": told.nothing, "at": "fig-x"}

    grades = finding("het cijfer voor de opleiding")
    other = {"sentence": "Iets anders.", "at": "fig-y"}
    first = finding("niveau en leerweg", crossing=True)
    told = _briefly([first, other, finding("leeftijd"), finding("functie", "medewerkers"), grades])
    assert [(each["sentence"], each["at"]) for each in told] == [
        (
            "Naar leeftijd, het cijfer voor de opleiding en de combinatie van niveau en leerweg is er bij studenten "
            "geen duidelijk verschil.",
            "",
        ),
        ("Iets anders.", "fig-y"),
        ("Naar functie is er bij medewerkers geen duidelijk verschil.", "fig-x"),
    ]


def test_people_are_named_as_a_reader_would():
    who = characteristics.load().who
    assert who("disability", "True", "studenten") == "studenten met een functiebeperking"
    assert who("gender*role", "female*support", "medewerkers") == "vrouwelijke ondersteunende medewerkers"
    assert who("grade_work", "8 tot en met 10", "medewerkers") == "medewerkers die hun werk een 8 of hoger geven"
    assert phrases.comma(who("grade_work", "6 of 7", "medewerkers")) == ","


def test_agreement():
    assert dutch.agree(1, "kon", "konden") == "kon"
    assert dutch.agree(0, "kon", "konden") == "konden"
