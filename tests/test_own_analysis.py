"""What a researcher releases of an own analysis, and draws of it: computed again, and from released rows only."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.chapters import own
from helpers.errors import MonitorError

RELEASES = {
    "a group that is hidden elsewhere": ("level_track", {}, ""),
    "a count that is too large": ("track", {"n": lambda n: n + 1}, "n of bol is not the number"),
    "a count that is too small": ("track", {"n": lambda n: n - 1}, "n of bol is not the number"),
    "an unweighted or other share": ("track", {"safe": lambda share: share - 0.01}, "is not the weighted share"),
    "a share of something else": ("track", {"vrouw": lambda _: 0.1}, "'vrouw' is no share of the question"),
    "a column too many": ("track", {"extra": lambda _: 3}, "column 'extra' is no key, count or share"),
}


@pytest.mark.parametrize("name", RELEASES)
def test_what_is_released_is_what_the_rows_say(cell, name):
    """Figures are computed again: nothing but the report's own weighted shares of whole groups leaves."""
    by, changes, said = RELEASES[name]
    here = cell("99AA" if "hidden" in name else "sector")
    here.names["changes"], here.names["by"] = changes, by
    source = """
        from helpers import groups, statistics
        rows = groups.add_groups(report.rows("students"))
        rows = rows[rows["wave"] == 2022]
        frame = statistics.shares(rows, by=[by])[[by, "n", "safe"]]
        shares = ["safe"]
        for column, change in changes.items():
            shares += [column] if column == "vrouw" else []
            base = frame[column] if column in frame else frame["n"]
            frame = frame.assign(**{column: base.map(change)})
        eigen = report.release(frame, keys=[by], shares=shares, source="students")
        report.show(eigen.table("tbl-eigen", "Eigen"), report.groups("students", by, "zelf").table("tbl-zelf"))
        """
    if said:
        with pytest.raises(MonitorError, match=said):
            here.run(source)
        return
    told = here.run(source)
    own, chapter = (part.count("| – |") for part in told.split(": Eigen {#tbl-eigen}"))
    assert own > 0 and chapter > 0


@pytest.mark.parametrize(
    ("filtered", "said"),
    [('rows[rows["gender"] == "female"]', "is not the number of respondents"), ("rows.assign(wave=2020)", "")],
)
def test_a_part_of_the_respondents_is_not_released_as_all(cell, filtered, said):
    here = cell("sector")
    source = f"""
        from helpers import statistics
        rows = report.rows("students").query("wave == 2022")
        frame = statistics.shares({filtered}, by=["track"])[["track", "n", "safe"]]
        report.release(frame, keys=["track"], shares=["safe"], source="students")
        """
    if said:
        with pytest.raises(MonitorError, match=said):
            here.run(source)
    else:
        here.run(source)


def test_one_institution_is_not_released_in_the_sector_report(cell):
    with pytest.raises(MonitorError, match="is not the number of respondents of this report"):
        cell("sector").run("""
            from helpers import statistics
            rows = report.rows("students").query("wave == 2022 and institution_id == '99AB'")
            frame = statistics.shares(rows, by=["track"])[["track", "n", "safe"]]
            report.release(frame, keys=["track"], shares=["safe"], source="students")
            """)


def test_crossings_in_an_institution_are_refused_in_words(cell):
    here = cell("99AA")
    with pytest.raises(MonitorError, match="groups are by one characteristic"):
        here.run('report.crosstab("students", "gender", "track")')


DRAWINGS = {
    "a value of the notebook": "def draw(axes, data):\n    axes.bar([0], [secret])",
    "a name like a builtin's": "max = 8\ndef draw(axes, data):\n    axes.bar([0], [max])",
    "an instance of a package": "form = np.poly1d([8])\ndef draw(axes, data):\n    axes.set_title(form)",
    "a figure in a text": "def draw(axes, data):\n    axes.set_title('8 vrouwen')",
    "an import inside": "def draw(axes, data):\n    import os\n    axes.set_title(os.name)",
    "a file": "def draw(axes, data):\n    axes.set_title(np.load('x'))",
    "the notebook's names": "def draw(axes, data):\n    axes.set_title(globals()['secret'])",
    "a default": "def draw(axes, data, n=8):\n    axes.bar([0], [n])",
    "a number made a text": "def draw(axes, data):\n    axes.text(0, 0, str(57))",
    "a number in a form": "def draw(axes, data):\n    axes.set_title(f'{57} leerlingen')",
    "a file of numbers": "def draw(axes, data):\n    axes.bar([0], np.fromfile('/etc/hostname', count=1))",
    "a file of text": "def draw(axes, data):\n    axes.bar([0], np.genfromtxt('/etc/hostname'))",
    "a picture": "import matplotlib.pyplot as plt\ndef draw(axes, data):\n    axes.imshow(plt.imread('/etc/hostname'))",
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_uses_the_rows_that_it_is_given(cell, name):
    here = cell("sector")
    here.names["secret"] = 8
    with pytest.raises(MonitorError, match="The drawing draw"):
        here.run(
            f"import numpy as np\n{DRAWINGS[name]}\n"
            + """
from helpers import statistics
rows = report.rows("students").query("wave == 2022")
frame = statistics.shares(rows, by=["track"])[["track", "n", "safe"]]
eigen = report.release(frame, keys=["track"], shares=["safe"], source="students")
report.show(eigen.figure("fig-eigen", draw, title="Titel", caption="Bron.", alt="Staven."))
"""
        )


def test_a_drawing_may_write_what_is_in_its_rows(cell):
    cell("sector").run("""
from helpers import statistics
def draw(axes, data):
    axes.bar(data["track_label"], data["safe"])
    for place, (_, row) in enumerate(data.iterrows()):
        axes.text(place, row["safe"], f"{100 * row['safe']:.0f}% van {row['n']} ({row['track_label']})")
rows = report.rows("students").query("wave == 2022")
frame = statistics.shares(rows, by=["track"])[["track", "n", "safe"]]
eigen = report.release(frame, keys=["track"], shares=["safe"], source="students")
report.show(eigen.figure("fig-eigen", draw, title="Titel", caption="Bron.", alt="Staven."))
""")


def test_groups_of_the_sector_with_respondents_of_few_institutions_are_hidden(cell):
    """Where the sector has enough of them: of three institutions everything is told by the total already."""
    report = cell("sector").report
    least = report.settings.disclosure.least_institutions
    places = [f"98{i}A" for i in range(least + 1)]
    rows = pd.DataFrame({"institution_id": places * 20, "gender": "female", "feels_safe": 4})
    rows.loc[rows["institution_id"] == places[0], "gender"] = "male"
    found = pd.DataFrame({"gender": ["female", "male"]})
    told = own._of_few_institutions(report, rows, found, ["gender"])
    assert told.tolist() == [pd.NA, True]
    some = rows[rows["institution_id"].isin(places[: least - 1])]
    assert own._of_few_institutions(report, some, found, ["gender"]).isna().all()
