"""What a notebook writes with: sentences with released values, and what happens to those that go wrong."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from helpers import paths
from helpers.errors import MonitorError
from helpers.publish import Cells, Field, Table
from helpers.render.stitch import Part, _check_labels, chapter_markdown
from helpers.story import Report, cells, lab, template
from helpers.values import Share

CHAPTER = "1-student-safety"


STAND = 'stand = report.shares("students")\n'


def test_a_sentence_tells_its_values_and_the_variant_of_the_unit(cell):
    source = STAND + (
        'report.tell("{% if sector_report %}In de sector{% else %}Hier{% endif %} voelt {{ first.safe }} zich veilig.",'
        ' stand, hidden="Te weinig.")'
    )
    assert cell("99AA").run(source) == "Hier voelt 78,4% zich veilig."
    assert cell("sector").run(source) == "In de sector voelt 80,3% zich veilig."


def test_words_of_size_come_from_the_one_rule(cell):
    here = cell()
    told = here.run(
        STAND + 'report.tell("{{ own.safe | compared(sector.safe) }}; {{ own.safe | gap(sector.safe) }}", stand,'
        ' hidden="Te weinig.")'
    )
    assert told.startswith("niet duidelijk vaker of minder vaak; een verschil van")


def test_a_hidden_value_tells_the_text_that_is_given_for_it(cell):
    told = cell("99AC").run(
        'stand = report.shares("staff")\n'
        'report.tell("{{ first.safe }} voelt zich veilig.", stand, hidden="Van {{ people }} is dit niet te tonen.")'
    )
    assert told == "Van medewerkers is dit niet te tonen."


def test_several_texts_for_hidden_values_are_tried_in_order(cell):
    told = cell("99AC").run(
        'stand = report.shares("staff")\n'
        'report.tell("{{ first.safe }}.", stand, hidden=["{{ first.n }}.", "{{ sector.safe }} in de sector."])'
    )
    assert told == "65,4% in de sector."


def test_where_every_text_is_hidden_the_standard_sentence_stands(cell):
    told = cell("99AC").run(
        'stand = report.shares("staff")\nreport.tell("{{ first.safe }}.", stand, hidden="{{ first.n }}.")'
    )
    assert told == "Dit mag niet worden getoond (de methode zegt onder ‘Geheimhouding’ waarom)."


REFUSED = {
    "a misspelt name": ('"{{ ownn.safe }}", stand, hidden="x"', "no 'ownn' here. Did you mean 'own'"),
    "a misspelt attribute": (
        '"{{ own.saef }}", stand, hidden="x"',
        "no 'saef' of the values of a view. Did you mean 'safe'",
    ),
    "a raw number": ('"{{ x }}", x=0.5', "'x' is 0.5, a float that no view holds"),
    "a numpy float": ('"{{ x }}", x=pd.Series([0.5]).mean()', "float64 that no view holds"),
    "an f-string": ('f"{1 + 1} studenten"', "put together while the notebook ran"),
    "a sum of texts": ('"Er zijn " + str(12) + " studenten"', "put together while the notebook ran"),
    "a value that nobody released": ('"{{ x }}", x=Share(0.5)', "a Share that no view holds"),
    "a figure typed by hand": ('"81% voelt zich veilig."', "a figure typed by hand in “81% voelt"),
    "a figure typed inside": ("\"{{ '81%' }}\"", "a figure typed by hand"),
    "a number typed inside": ('"{{ 81 }}"', "a figure typed by hand"),
    "a calculation inside": ('"{{ (1 + 1) }}"', "only released values may be told|typed by hand"),
    "a loop's number": ('"{% for x in [stand] %}{{ loop.index }}{% endfor %}", stand=stand, hidden="x"', "plain int"),
    "a hidden value without a text for it": ('"{{ own.safe }}", stand', "uses own, which may be hidden"),
    "a part of a view without a text": ('"{{ x.safe }}", x=stand.own', "uses x, which may be hidden"),
    "raw HTML": ('"Dit is <b>vet</b>."', "raw HTML"),
    "a script": ('"<script>alert()</script>"', "raw HTML|html block"),
    "a mark without its end": ('"**Dit is vet."', r"a mark \(\* _ `\) has no end"),
    "a box": (
        '"::: {.callout-note}\\nTekst\\n:::"',
        "a brace stands alone|A brace stands alone|a heading, box, table or block",
    ),
    "a heading": ('"# Kop"', "a heading, box, table or block"),
    "a link": ('"[hier](x.html)"', "a link, picture or label"),
    "a label": ('"Tekst {#fig-x}"', "cannot be read"),
    "a template that cannot be read": ('"{% if sector_report %}x"', "cannot be read"),
    "an unknown filter": ('"{{ own.safe | kleiner }}", stand, hidden="x"', "no 'kleiner' among the filters"),
    "a private attribute": ('"{{ own.safe._value }}", stand, hidden="x"', "no '_value' of a share"),
    "a frame": ('"{{ stand.data }}", stand=stand, hidden="x"', "'data' is a plain DataFrame: only released values"),
    "an unknown finding": ('"Tekst.", treats=["S99"]', "knows no finding S99"),
    "a frame as a view": ('"Tekst.", pd.DataFrame()', "takes views of this report"),
    "a name in a branch that this report does not take": (
        '"{% if sector_report %}{{ first.saef }}{% else %}Hier.{% endif %}", stand, hidden="x"',
        "no 'saef'",
    ),
    "a misspelt name in the text for hidden values": (
        '"{{ own.safe }}", stand, hidden="{{ sectro.safe }}"',
        "no 'sectro' here. Did you mean 'sector'",
    ),
    "a figure in a text by name": ('"Er zijn {{ x }}.", x="8 vrouwen"', "typed by hand in “8 vrouwen"),
    "the length of a list of one's own": ('"Er zijn {{ x | length }}.", x=[True] * 8', "that no view holds"),
    "the length of a text": ("\"{{ 'aaaaaaaa' | length }}\"", "Only a list of a view can be counted"),
    "other digits": ('"Ruim ⅓ en ① en Ⅷ."', "typed by hand"),
    "an entity": ('"Ruim &half;."', "typed by hand"),
    "a sum of truths": ('"{{ true + true }}"', "typed by hand"),
    "a comparison": ('"{% if own.safe > sector.safe %}x{% endif %}", stand, hidden="x"', "not compared or added"),
    "one brace": ('"{ own.safe } is veilig.", stand, hidden="x"', "A brace stands alone"),
    "a misspelt argument": ('"Tekst.", hiden="x"', "has no 'hiden'. Did you mean hidden="),
    "a bad id": ('"Tekst.", show=[stand.answers("../x")]', "no id of a figure or table"),
    "a question that is none": ('"Tekst.", finding="x", question=9', "question is 1, 2 or 3"),
    "a short text without a finding": ('"Tekst.", short="Kort."', "short= is for the summary"),
    "no text at all": ("5", "a text between quotes"),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_what_may_not_be_told_is_refused_in_words_before_anything_is_shown(cell, words):
    here = cell()
    here.names["Share"] = Share
    with pytest.raises(MonitorError, match=words[1]):
        here.run(STAND + f"report.tell({words[0]})")
    assert not here.outputs


def test_views_of_another_report_are_refused(cell, ready):
    here = cell("99AA")
    other = Report(edition="small", unit="99AA", wave=2022, chapter="2-staff-safety")
    here.names["other"] = other
    with pytest.raises(MonitorError, match="views of this report"):
        here.run('report.tell("{{ first.safe }}", other.shares("students"), hidden="x")')


def test_a_chapter_cannot_open_the_report_of_another_unit(cell):
    cell("99AA")
    with pytest.raises(MonitorError, match="opens the report of '99AB' while it runs for '99AA'"):
        Report(edition="small", unit="99AB", wave=2022, chapter=CHAPTER)


def test_the_same_id_twice_is_refused(cell):
    here = cell()
    here.run(STAND + 'report.show(stand.answers("fig-x"))')
    with pytest.raises(MonitorError, match="'fig-x' is shown twice"):
        here.run('report.show(stand.answers("fig-x"))')


@pytest.mark.parametrize("shown", ["pd.DataFrame()", "5", '"tekst"'])
def test_only_what_a_view_made_can_be_shown(cell, shown):
    with pytest.raises(MonitorError, match="takes figures and tables that a view made"):
        cell().run(f"report.show({shown})")


def test_a_table_put_together_by_hand_is_refused(cell):
    """The leak by a natural table: counts in columns, of which only the row's is checked."""
    here = cell()
    rows = here.report.rows("students")
    wide = pd.crosstab(rows["age_group"], rows["level"]).reset_index()
    levels = [name for name in wide.columns if name != "age_group"]
    made = Cells(wide.assign(n=wide[levels].sum(axis=1)), ["age_group"], levels, "frequency", source="students")
    here.names["table"] = Table("tbl-x", "Een tabel", made, [Field("Leeftijd", "age_group")])
    with pytest.raises(MonitorError, match="takes figures and tables that a view made"):
        here.run("report.show(table)")


def test_constants_of_cells_and_loops_are_typed_texts(cell):
    told = cell().run(
        STAND
        + """
        for word, text in (("a", "Eerst {{ x }}."), ("b", "Dan {{ x }}.")):
            report.tell(text, x=word)
        """.replace("\n        ", "\n")
    )
    assert told == "Eerst a.\n\nDan b."


def test_a_number_of_an_item_and_a_reference_may_be_typed(cell):
    told = cell().run(STAND + 'report.tell("1. Doe dit.")\nreport.tell("Zie @fig-studenten-2.")')
    assert told == "1. Doe dit.\n\nZie @fig-studenten-2."


def test_a_box_is_a_box_in_the_report_and_in_jupyterlab(cell):
    here = cell()
    told = here.run('report.note("Let op", "Dit is **belangrijk**.", important=True)')
    assert told == '::: {.callout-important title="Let op"}\nDit is **belangrijk**.\n:::'
    assert "<strong>belangrijk</strong>" in here.outputs[0]["text/html"]
    assert ":::" not in here.outputs[0]["text/html"]


def test_references_read_as_words_in_jupyterlab(cell):
    here = cell()
    here.run(STAND + 'report.tell("Zie hieronder.", show=[stand.answers("fig-x")])')
    assert "@fig-x" in here.outputs[0]["text/markdown"]
    assert '<a href="#fig-x">figuur: x</a>' in here.outputs[0]["text/html"]
    here.run('report.tell("Zie @fig-y.")')
    assert "hierboven niet getoond" in here.outputs[0]["text/html"]


def test_a_sentence_is_edited_in_one_file_and_seen_at_once(cell, tmp_path, monkeypatch):
    folder = tmp_path / "sentences"
    folder.mkdir()
    for path in paths.SENTENCES.glob("*.md"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(paths, "SENTENCES", folder)
    here = cell()
    source = 'report.tell("{{ too_few() }}")'
    assert here.run(source) == "Dit mag niet worden getoond (de methode zegt onder ‘Geheimhouding’ waarom)."
    common = folder / "common.md"
    common.write_text(
        common.read_text(encoding="utf-8").replace("Dit mag niet worden getoond", "Dit kan hier niet"), encoding="utf-8"
    )
    assert here.run(source) == "Dit kan hier niet (de methode zegt onder ‘Geheimhouding’ waarom)."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% macro too_few() %}Twee keer.{% endmacro %}", "'too_few' stands in reports/sentences/"),
        ("{% macro mine() %}Ruim 80 procent.{% endmacro %}", "typed by hand"),
        ("{% macro mine() %}Geen eind.", "reports/sentences/zz.md cannot be read"),
    ],
)
def test_a_file_of_sentences_that_is_wrong_is_refused(tmp_path, monkeypatch, text, said):
    folder = tmp_path / "sentences"
    folder.mkdir()
    (folder / "common.md").write_text((paths.SENTENCES / "common.md").read_text("utf-8"), encoding="utf-8")
    (folder / "zz.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr(paths, "SENTENCES", folder)
    with pytest.raises(MonitorError, match=said):
        template.environment()


def test_every_sentence_of_the_files_is_used():
    """A sentence that nobody tells is not kept."""
    macros = template.environment()
    known = [name for name, value in macros.globals.items() if callable(value) and name != "namespace"]
    said = "".join(path.read_text(encoding="utf-8") for path in paths.SENTENCES.glob("*.md"))
    books = "".join(path.read_text(encoding="utf-8") for path in paths.NOTEBOOKS.glob("*.ipynb"))
    code = "".join(path.read_text(encoding="utf-8") for path in (paths.ROOT / "src/helpers").rglob("*.py"))
    for name in known:
        parts = ("_title", "_caption", "_alt", "_table")
        used = said.count(name) > 1 or name in books or name in code
        figure = any(name.endswith(part) and f'"{name.removesuffix(part)}"' in code for part in parts)
        assert used or figure, name


NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}


def notebook(tmp_path, *made: dict):
    """A notebook's file with some cells."""
    path = tmp_path / "9-proef.ipynb"
    path.write_text(json.dumps({**NOTEBOOK, "cells": list(made)}), encoding="utf-8")
    return path


def text(source: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": [source]}


def code(source: str, *outputs: dict, tags: tuple[str, ...] = ()) -> dict:
    return {
        "cell_type": "code",
        "execution_count": 3,
        "metadata": {"tags": list(tags)},
        "source": [source],
        "outputs": list(outputs),
    }


RELEASED = {
    "output_type": "display_data",
    "data": {"text/markdown": ["Tekst."]},
    "metadata": {"miv": {"released": True}},
}
RAW = {
    "output_type": "execute_result",
    "data": {"text/plain": ["   a\n0  1"], "text/html": ["<table/>"]},
    "metadata": {},
}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (text("Ruim 80% voelt zich veilig."), "'80%'"),
        (text("::: {.callout-note}\nTekst\n:::"), "a box"),
        (text("Zie @fig-x."), "a reference"),
        (text("Dit is <b>vet</b>."), "raw HTML"),
        (code('rows = report.rows("students")'), "report.rows"),
        (code('stand.data.groupby("scope")'), ".groupby"),
        (code('pd.read_csv("x.csv")'), ".read_csv"),
        (code("x = 3 / 4"), "a calculation"),
        (code("x = ("), "Python that cannot be read"),
    ],
)
def test_what_may_not_stand_in_a_cell_is_found_before_anything_runs(tmp_path, cell, found):
    (problem,) = cells.problems(notebook(tmp_path, cell))
    assert found in problem.found
    assert problem.where.startswith("cell")


@pytest.mark.parametrize(
    "cell",
    [
        text("## 1. Een kop\n\n1. Een punt."),
        code('rows = report.rows("students").groupby("level").size() / 2', tags=("kladblok",)),
        code("def draw(axes, data):\n    axes.bar(data['label'], data['safe'] * 100)"),
        code('for by in ("level", "track"):\n    if report.is_sector:\n        report.tell("Tekst.")'),
    ],
)
def test_what_a_researcher_writes_may_stand_in_a_cell(tmp_path, cell):
    assert cells.problems(notebook(tmp_path, cell)) == []


def test_scratch_is_never_stored_or_stitched(tmp_path):
    path = notebook(tmp_path, code("rows.head()", RAW, tags=("kladblok",)), code("report.tell()", RELEASED))
    book = cells.without_scratch(json.loads(path.read_text()), path.name)
    assert book["cells"][0]["outputs"] == []
    assert book["cells"][0]["execution_count"] is None
    assert chapter_markdown(path) == "Tekst.\n"


def test_scratch_that_tells_something_is_refused(tmp_path):
    path = notebook(tmp_path, code("report.tell('x')", RELEASED, tags=("kladblok",)))
    with pytest.raises(MonitorError, match=r"cell \[3\] \(“report.tell.*is tagged `kladblok` and tells or shows"):
        cells.without_scratch(json.loads(path.read_text()), path.name)


def test_raw_output_stops_the_report_and_says_where(tmp_path):
    path = notebook(tmp_path, code("tabel", RAW))
    with pytest.raises(MonitorError, match=r"9-proef.ipynb, cell \[3\] \(“tabel”\), shows something that did not pass"):
        chapter_markdown(path)


def test_a_reference_to_what_is_not_shown_stops_the_report():
    parts = [Part("1", "# Een\n\nZie @fig-weg en @tbl-er."), Part("2", "# Twee\n\n: x {#tbl-er}\n")]
    with pytest.raises(MonitorError, match=r"does not show: @fig-weg \(in 1\)\. Show them"):
        _check_labels(parts)


def test_a_notebook_of_an_old_format_is_refused_in_words(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps({**NOTEBOOK, "nbformat": 3, "cells": []}), encoding="utf-8")
    (problem,) = cells.problems(path)
    assert "notebook format 3" in problem.found


def test_the_summary_gets_facts_and_not_text_to_read(cell, ready):
    here = cell("sector")
    here.run(
        STAND + 'report.tell("{{ sector.safe }} voelt zich veilig.", stand, hidden="x", finding="S01", treats=["S01"],'
        ' short="{{ sector.safe | card }} van de studenten is veilig.")'
    )
    (found,) = json.loads((here.report.folder / f"{CHAPTER}.findings.json").read_text(encoding="utf-8"))
    assert found["card"] == {"number": "80,3%", "rest": "van de studenten is veilig."}
    assert found["short"] == "**80,3%** van de studenten is veilig."


def test_what_a_view_holds_cannot_be_changed(cell):
    here = cell()
    for source in ("stand.n = 8", "stand.own.safe = stand.sector.safe", "stand.first.n = 8"):
        with pytest.raises(MonitorError, match="cannot be set"):
            here.run(STAND + source)


def test_a_cell_can_be_run_again_in_jupyterlab(cell, monkeypatch):
    here = cell()
    runs = iter(range(1, 9))
    monkeypatch.setattr(lab, "cell", lambda: ("a", next(runs)))
    here.run(STAND + 'report.tell("Eerst.", show=[stand.answers("fig-x")])')
    told = here.run(STAND + 'report.tell("Daarna.", show=[stand.answers("fig-x")])')
    assert told.startswith("Daarna. Zie @fig-x.")
    monkeypatch.setattr(lab, "cell", lambda: ("b", 9))
    with pytest.raises(MonitorError, match="shown twice"):
        here.run('report.show(stand.answers("fig-x"))')


def test_a_population_that_does_not_exist_is_told(cell):
    with pytest.raises(MonitorError, match="no 'student' to tell of. Did you mean 'students'"):
        cell().run('report.shares("student")')


def test_scratch_is_not_saved_by_jupyterlab():
    content = {"cells": [code("rows.head()", RAW, tags=("kladblok",)), code("x", RELEASED), text("Tekst")]}
    cells.saved({"type": "notebook", "content": content}, path="x.ipynb", contents_manager=None)
    assert content["cells"][0]["outputs"] == []
    assert content["cells"][1]["outputs"] == [RELEASED]


@pytest.mark.parametrize(
    "source", ["from helpers.values import Share", "import helpers.tables", "from helpers import publish"]
)
def test_a_cell_of_the_story_imports_no_internals(tmp_path, source):
    (problem,) = cells.problems(notebook(tmp_path, code(source)))
    assert "an import of helpers" in problem.found
