"""What the audit says of the tables of a page, column by column."""

import pytest

from helpers import paths
from helpers.audit import __main__ as front
from helpers.audit import tables
from helpers.audit.bundle import Bundle


@pytest.mark.parametrize(
    ("unit", "heads", "row", "found"),
    [
        ("99AA", ["Groep", "Respondenten"], ["vrouw", "3"], "3 respondents"),
        ("99AA", ["Groep", "Respondenten"], ["vrouw", "1.203"], ""),
        ("99AA", ["Groep", "Respondenten"], ["vrouw", "–"], ""),
        ("99AA", ["Groep", "Respondenten"], ["niet ingevuld", "3"], ""),
        ("99AA", ["Groep", "Waar", "Respondenten"], ["vrouw", "alle", "1.203"], "1203 respondents over institutions"),
        ("sector", ["Groep", "Respondenten"], ["vrouw", "1.203"], "1203 respondents over institutions"),
        ("sector", ["Groep", "Respondenten"], ["vrouw", "1.220"], ""),
        ("99AA", ["Groep", "Vrouwen"], ["jonger dan 18", "3"], "a column 'Vrouwen' that the audit does not know"),
        ("99AA", ["Groep", "Interval"], ["vrouw", "7"], "“7”"),
        ("99AA", ["Groep", "Waar"], ["vrouw", "7"], "“7”"),
    ],
)
def test_small_counts_are_found_in_any_column(tmp_path, unit, heads, row, found):
    """The leak by a natural table: one row a group, one column whatever it is called."""
    folder = tmp_path / unit
    folder.mkdir()
    cells = ["".join(f"<{tag}>{cell}</{tag}>" for cell in line) for tag, line in (("th", heads), ("td", row))]
    table = f'<div id="tbl-studenten-persoon-gender"><table><tr>{cells[0]}</tr><tr>{cells[1]}</tr></table></div>'
    (folder / "index.html").write_text(f"<main>{table}</main>", encoding="utf-8")
    told = [one.what for one in tables.check(Bundle(folder), front.rules_of(paths.PARAMETERS))]
    assert found in told if found else told == []
