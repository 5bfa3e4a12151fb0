"""Figures of real chapters and of awkward data: legible, in the house style, the same at every run."""

from __future__ import annotations

import itertools
import re
import shutil

import matplotlib.colors
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from cells import annex, run_cells
from conftest import point_at

from helpers import brand, disclosure, figures, paths, publish, settings
from helpers.figures import answers, theme
from helpers.story import publishing

UNITS = ("sector", "99AA", "99AC")
LARGEST = 65_000
"""Bytes of an SVG: the composite picture is the largest."""


@pytest.fixture(scope="module")
def published(tmp_path_factory, analysed):
    """Every figure of the small world's chapters: unit, item, released data, the rows drawn, and its folder."""
    root = tmp_path_factory.mktemp("figures") / "root"
    shutil.copytree(analysed, root)
    found = []
    with pytest.MonkeyPatch.context() as patch:
        point_at(patch, root)
        make = publishing.Publishing._figure

        def keep(self, item, released):
            outputs = make(self, item, released)
            if "id" in outputs[0].metadata:
                shown = released.data[released.data[disclosure.REASON] == ""].reset_index(drop=True)
                found.append((self.unit, item, released.data, shown, self.folder))
            return outputs

        patch.setattr(publishing.Publishing, "_figure", keep)
        for unit in UNITS:
            for chapter in settings.load_chapters().of(unit):
                run_cells(patch, chapter, "small", unit)
    assert len(found) > 80
    return found


def words_of(figure):
    """Texts that are drawn, each with its box in pixels."""
    figure.canvas.draw()
    texts = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    for axes in figure.axes:
        texts += axes.texts
        if axes.axison:
            texts += [axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label]
            texts += [tick.label1 for axis in (axes.xaxis, axes.yaxis) for tick in axis._update_ticks()]
            texts += [tick.label2 for axis in (axes.xaxis, axes.yaxis) for tick in axis._update_ticks()]
    shown = [text for text in texts if text.get_visible() and text.get_text().strip()]
    return [(text, text.get_window_extent(figure.canvas.get_renderer())) for text in shown]


def faults(kind, data):
    """What is wrong with the words of a figure: cut off, on top of one another, or too small."""
    with plt.rc_context(theme.STYLE):
        figure, axes = plt.subplots(figsize=(figures.WIDTH, kind.height(data)))
        try:
            kind(axes, data)
            words = words_of(figure)
            edge = figure.bbox
        finally:
            plt.close(figure)
    found = [f"small: {text.get_text()!r}" for text, _ in words if text.get_fontsize() < theme.SIZE]
    for text, box in words:
        if box.x0 < edge.x0 - 1 or box.y0 < edge.y0 - 1 or box.x1 > edge.x1 + 1 or box.y1 > edge.y1 + 1:
            found.append(f"cut off: {text.get_text()!r}")
    for (one, first), (other, second) in itertools.combinations(words, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        if across > 1.5 and down > 1.5:
            found.append(f"on top of one another: {one.get_text()!r} and {other.get_text()!r}")
    return found


def test_no_word_is_cut_off_covered_or_small(published):
    wrong = {f"{unit} {item.id}": found for unit, item, _, shown, _ in published if (found := faults(item.draw, shown))}
    assert not wrong


def test_every_figure_has_title_caption_with_source_and_alt(published):
    for unit, item, released, _, _ in published:
        title, caption, alt = item.texts(released)
        where = (unit, item.id, title, caption, alt)
        assert 15 < len(title) < 200, where
        assert title[0].isupper() or title[0].isdigit(), where
        assert not title.endswith("."), where
        assert "Bron: " in caption, where
        assert re.search(r"n = .*\d|\d instelling", caption), where
        assert len(alt) > 40, where
        assert not re.search(r"nan|None|<NA>", "".join(where[2:])), where


def test_numbers_of_title_and_alt_are_those_of_the_annex(published):
    for unit, item, released, _, folder in published:
        title, _, alt = item.texts(released)
        shares = annex(folder, item.id).select_dtypes("number").to_numpy(float).ravel()
        shares = shares[np.isfinite(shares)] * 100
        told = [float(found.replace(",", ".")) for found in re.findall(r"(\d+(?:,\d)?)%", f"{title} {alt}")]
        told = [each for each in told if each not in (95.0, 99.8)]
        if "plaats" in item.id:
            told = told[:1]  # the other is the sector's
        elif "-spreiding" in item.id:
            told = [each for each in told if each in told[:2]]  # the rest are quartiles
        elif "-na-samenstelling" in item.id:
            continue  # percentage points, and numbers of institutions
        assert told, (unit, item.id, alt)
        for each in told:
            assert np.abs(shares - each).min() <= 0.5001 if each == round(each) else 0.0501, (unit, item.id, each)


def test_only_rows_that_may_be_shown_are_drawn(published):
    assert all((shown[disclosure.REASON] == "").all() for *_, shown, _ in published)
    hidden = [item.id for _, item, released, _, _ in published if (released[disclosure.REASON] != "").any()]
    assert hidden, "the small world has no figure with hidden rows, so this proves nothing"


def test_svg_is_small_and_the_same_again(published):
    for unit, item, _, shown, folder in published:
        saved = (folder / "figures" / f"{item.id}.svg").read_bytes()
        assert len(saved) < LARGEST, (unit, item.id)
        if unit == "99AC":
            again = figures.render(item.draw, shown, width=figures.WIDTH, height=item.draw.height(shown), salt=item.id)
            assert again == (saved, (folder / "figures" / f"{item.id}.png").read_bytes()), item.id


LOOKS = [*theme.SCOPES.values(), *theme.GROUPS]


@pytest.mark.parametrize("colour", sorted({look.colour for look in LOOKS} | {theme.SECTOR_SOFT, theme.FAINT}))
def test_marks_stand_out_from_white(colour):
    assert theme.contrast(colour) >= 3


@pytest.mark.parametrize("colour", sorted({look.text for look in LOOKS} | {theme.INK, theme.SOFT}))
def test_words_stand_out_from_white(colour):
    assert theme.contrast(colour) >= 4.5


@pytest.mark.parametrize("colour", theme.ANSWERS)
def test_answers_stand_out_and_their_figures_too(colour):
    assert theme.contrast(theme.FAINT if colour == answers.NEUTRAL else colour) >= 3
    assert theme.contrast(theme.on(colour), colour) >= 4.5


def test_answers_and_units_differ_in_grey():
    grey = [brand.lightness(colour) for colour in theme.ANSWERS]
    assert all(abs(one - other) > 20 for one, other in itertools.pairwise(grey))
    for one, other in itertools.combinations((theme.OWN, theme.COMPARABLE, theme.SECTOR), 2):
        assert one.marker != other.marker
        assert abs(brand.lightness(one.colour) - brand.lightness(other.colour)) > 15 or one.filled != other.filled


def deuteranopia(colour):
    """The colour as someone without green cones sees it (Machado 2009), in Lab-like lightness and hue axes."""
    matrix = np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    )
    return matrix @ np.array(matplotlib.colors.to_rgb(colour))


def test_units_differ_for_colour_blind_readers():
    for one, other in itertools.combinations((theme.OWN, theme.COMPARABLE, theme.SECTOR), 2):
        assert np.abs(deuteranopia(one.colour) - deuteranopia(other.colour)).max() > 0.25


@pytest.mark.parametrize("scope", ["eigen instelling", "vergelijkbare instellingen", "alle instellingen"])
def test_a_unit_has_one_colour_in_every_kind(scope):
    look = theme.look_of(scope)
    assert theme.look_of(scope.capitalize()) == look
    shares = {"safe": [0.7, 0.8], "safe_low": [0.6, 0.75], "safe_high": [0.75, 0.85]}
    data = pd.DataFrame({"scope": scope, "label": ["a", "b"], "wave": [2020, 2022], "people": "studenten", **shares})
    for kind in (figures.Dots(), figures.Trend(), figures.Standing()):
        with plt.rc_context(theme.STYLE):
            figure, axes = plt.subplots()
            kind(axes, data)
            lines = [line for each in figure.axes for line in each.get_lines() if line.get_marker() == look.marker]
            plt.close(figure)
        assert lines
        assert {line.get_color() for line in lines} == {look.colour}


def institutions(count, low=0.6, width=0.05):
    """Some bins, of which the first and the last are open."""
    edges = [low + width * place for place in range(count + 1)]
    ends = {"low": [float("nan"), *edges[1:-1]], "high": [*edges[1:-1], float("nan")]}
    labels = [f"{100 * edge:.0f} tot {100 * (edge + width):.0f}" for edge in edges[:-1]]
    labels[0], labels[-1] = "minder dan 65", "95 of meer"
    return pd.DataFrame({"label": labels, **ends, "institutions": range(3, count + 3)})


LONG = "een bijzonder lange omschrijving van een groep studenten die niet op één regel past, ook niet op twee regels"
ZERO = {"safe": 0.0, "safe_low": 0.0, "safe_high": 0.0}


def groups(labels, scopes=("alle instellingen",), **values):
    rows = [
        {"label": label, "scope": scope, "safe": 0.7, "safe_low": 0.6, "safe_high": 0.8, **values}
        for label in labels
        for scope in scopes
    ]
    return pd.DataFrame(rows)


UNITS_TOLD = [scope for scope in theme.SCOPES if scope != "verwacht"]
FIVE = dict(zip(answers.COLUMNS, (0.0, 0.0, 0.0, 0.0, 1.0), strict=True))
AWKWARD = {
    "two bins": (figures.Bins(0.62, "sector 62,0%", "aandeel"), institutions(2)),
    "eight bins": (figures.Bins(0.8, "sector 80,0%", "aandeel"), institutions(8)),
    "a reference beyond all bins": (figures.Bins(1.0, "sector 100,0%", "aandeel"), institutions(4)),
    "a reference below all bins": (figures.Bins(0.0, "als verwacht", "verschil"), institutions(4)),
    "dots at zero": (figures.Dots(), groups(["a", "b"], **ZERO)),
    "dots without intervals": (figures.Dots(), groups(["a"], safe_low=np.nan, safe_high=np.nan)),
    "one dot": (figures.Dots(), groups(["a"])),
    "long labels": (figures.Dots(), groups([LONG, LONG + "!"], UNITS_TOLD)),
    "bars at zero": (figures.Bars(), pd.DataFrame({"label": ["a", LONG], "share": 0.0, "low": 0.0, "high": 0.0})),
    "bars of one": (figures.Bars(), pd.DataFrame({"label": ["a"], "share": [1.0]})),
    "everyone safe": (figures.Answers(), pd.DataFrame([{"label": "Alle", "safe": 1.0, "unsafe": 0.0, **FIVE}])),
    "one wave": (figures.Trend(breaks=[(2022, "wording")]), groups(["a"], wave=2022)),
    "three lines at one place": (figures.Trend(), groups(["a"], UNITS_TOLD, wave=2022)),
    "every wave broken": (
        figures.Trend(breaks=[(2018, "scale"), (2020, "wording"), (2022, "mode")]),
        pd.concat([groups(["a"], wave=wave) for wave in (2016, 2018, 2020, 2022)]),
    ),
    "one panel": (figures.Panels(), groups(["a"], wave=2022)),
    "three panels": (figures.Panels(), pd.concat([groups(["a", "b", "c"], wave=wave) for wave in (2020, 2022)])),
    "no share at all": (figures.Heat(("x", "y")), pd.DataFrame({"label": ["a", LONG], "x": 0.0, "y": 0.0})),
    "one region": (figures.Regions(), groups(["Noord"]).assign(category="noord")),
    "far outside the funnel": (figures.Funnel(0.8), pd.DataFrame({"n_effective": [12.0], "safe": [0.1]})),
    "on the funnel's mean": (figures.Funnel(0.8), pd.DataFrame({"n_effective": [90000.0], "safe": [0.8]})),
    "a sector of one mind": (figures.Funnel(1.0), pd.DataFrame({"n_effective": [30.0], "safe": [1.0]})),
    "staff only": (figures.Standing(), groups(["a"], theme.SCOPES, people="medewerkers", wave=pd.NA)),
}


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_data_are_drawn_and_legible(name):
    kind, data = AWKWARD[name]
    assert faults(kind, data.reset_index(drop=True)) == []
    svg, png = figures.render(kind, data, width=figures.WIDTH, height=kind.height(data), salt=name)
    assert svg.startswith(b"<?xml")
    assert png.startswith(b"\x89PNG")


def test_a_figure_of_which_nothing_may_be_shown_is_a_sentence(ready, monkeypatch):
    shown = []
    monkeypatch.setattr(publishing, "display", lambda bundle, raw, metadata: shown.append(bundle["text/markdown"]))
    data = groups(["a", "b"]).assign(n=[3, 4])
    cells = publish.Cells(
        data, keys=["label", "scope"], hide=["safe", "safe_low", "safe_high"], kind="share", shares=["safe"]
    )
    one = publishing.Publishing(edition="small", unit="sector", wave=2022, chapter="1-student-safety")
    monkeypatch.setenv(paths.UNIT_FOLDER, str(ready / "folder"))
    figure = publish.Figure("fig-niets", "Een titel", "Een bijschrift", "Een tekst", cells, figures.Dots())
    one._display(one._outputs(figure))
    assert shown == ["*Een bijschrift. Er zijn geen cijfers die getoond mogen worden.*"]
    assert not list((ready / "folder").glob("figures/*"))


def test_the_title_leads_the_caption_and_is_not_in_the_picture():
    facts = publish.figure_facts("fig-x", "Veilig: 80%", "Wat er staat. Bron: x.", 'Een "tekst"')
    assert (
        publish.figure_markdown(facts)
        == '![**Veilig: 80%.** Wat er staat. Bron: x.](figures/fig-x.svg){#fig-x fig-alt="Een ”tekst”"}'
    )
