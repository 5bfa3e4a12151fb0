"""Files of random known content, in any layout, dialect and encoding: read as they are, or refused with a line.

Never a silent difference: where a value differs from what was written, something was told about it, and the account of
the file is closed whatever happened.
"""

import collections
import csv
import io
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.ingest import mapping, readers
from helpers.ingest.crosswalks import Crosswalk
from helpers.ingest.problems import Unreadable

COLUMNS = {
    "institution_id": {"from": "Brin nummer"},
    "programme": {"from": "Toelichting"},
    "gender": {"from": "Geslacht", "values": {1: "male", 2: "female"}, "missing": [9]},
    "satisfaction_programme": {"from": "Cijfer", "missing": [99]},
    "weight": {"from": "Weegfactor"},
}
WALK = Crosswalk.model_validate({"table": "students", "columns": COLUMNS, "ignore": ["Rest*"]})
NAMES = [about["from"] for about in COLUMNS.values()]
WORDS = [
    *("de", "één", "het", "coördinator", "niet", "financiële", "school", "privé", "reünie", "wel", "café", "van"),
    *("ideeën", "naïef", "geëerd", "zaken", "Curaçao", "België", "knoeiën", "foto’s", "veiligheid", "ROC", "n.v.t."),
    *("7,5", "1.234", "12", "%", "€", "“ja”", "‘nee’", "–", "…", "’s-Hertogenbosch", "sep=;", "#REF!", "=1+1"),
]
JOINTS = [" ", ", ", "; ", "\t", " | ", '"', "\n", ": ", "\r\n", " / "]

CODES = {1: "male", 2: "female", 9: None}
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["99AA", "99AB", "99AC"]),
        st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINTS)), max_size=4),
        st.sampled_from(list(CODES)),
        st.sampled_from([*range(1, 11), 99]),
        st.integers(1, 9999).map(lambda number: number / 1000),
    ),
    min_size=1,
    max_size=8,
)
SETTINGS = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Layout:
    """How a program or a person writes a table."""

    delimiter: str
    decimal: str
    encoding: str
    end: str
    quoting: int
    codes: str
    spelling: str
    said: bool
    title: bool
    note: bool
    trailing: bool
    blank: bool
    again: bool
    ended: bool


LAYOUTS = st.builds(
    Layout,
    delimiter=st.sampled_from(";,\t|"),
    decimal=st.sampled_from(",."),
    encoding=st.sampled_from(
        ["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "cp850", "cp437", "iso8859_15"]
    ),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    codes=st.sampled_from(["1", "1.0", "1,0", "1.000000000001"]),
    spelling=st.sampled_from(["as is", "upper", "lower", "\u200b", "\xa0"]),
    **{name: st.booleans() for name in ("said", "title", "note", "trailing", "blank", "again", "ended")},
)


def text_of(pairs) -> str:
    return "".join(f"{word}{joint}" for word, joint in pairs).strip()


def spelled(name: str, spelling: str) -> str:
    change = {"upper": str.upper, "lower": str.lower, "\xa0": lambda text: text.replace(" ", "\xa0")}
    return f"{name}{spelling}" if spelling == "\u200b" else change.get(spelling, str)(name)


def written(rows, layout: Layout) -> bytes:
    """The table as bytes; raises :class:`UnicodeEncodeError` where the encoding lacks a character."""
    coded = {"1": str, "1.0": "{}.0".format, "1,0": "{},0".format, "1.000000000001": "{}.000000000001".format}
    lines = [[spelled(name, layout.spelling) for name in NAMES]]
    for brin, pairs, gender, grade, weight in rows:
        number = f"{weight:.3f}".replace(".", layout.decimal)
        lines.append([brin, text_of(pairs), coded[layout.codes](gender), coded[layout.codes](grade), number])
    if layout.again:
        lines.insert(2, lines[0])
    if layout.blank:
        lines[2:2] = [[], [""] * len(NAMES)]
    if layout.trailing:
        lines = [[*line, ""] if line else line for line in lines]
    if layout.title:
        lines[:0] = [["Levering van de school"], []]
    if layout.note:
        lines += [[], ["Bron: eigen opgave"]]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=layout.delimiter, lineterminator=layout.end, quoting=layout.quoting).writerows(lines)
    text = buffer.getvalue() if layout.ended else buffer.getvalue().rstrip("\r\n")
    return (f"sep={layout.delimiter}{layout.end}" * layout.said + text).encode(layout.encoding)


def check(path, rows) -> str:
    """Compare what intake reads with what was written; gives what came of it."""
    try:
        delivered = readers.read(path, path.name, WALK)
    except Unreadable as error:
        assert path.name in str(error)
        return "refused"
    assert delivered.parts and all(part.open == 0 and part.used >= 0 for part in delivered.parts), delivered.parts
    told = mapping.check_columns(delivered, WALK, path.name)
    if told:
        return "refused"
    mapped = mapping.apply(delivered, WALK, path.name)
    doubtful = {doubt.rule for doubt in delivered.doubts}
    wrong = {account.column: account.unknown for account in mapped.accounts}
    frame = mapped.frame
    assert len(frame) == len(rows) or "account_doubt" in doubtful
    written_down = {
        "institution_id": [row[0] for row in rows],
        "gender": [CODES[row[2]] for row in rows],
        "satisfaction_programme": [None if row[3] == 99 else row[3] for row in rows],
    }
    for column, values in written_down.items():
        found = frame[column].astype(object).where(frame[column].notna(), None).tolist()
        assert found == values or wrong[column], column
    weights = [row[4] for row in rows]
    assert np.allclose(frame["weight"].to_numpy(float), weights, rtol=0, atol=1e-9) or wrong["weight"], weights
    texts = [" ".join(text_of(row[1]).split()) or None for row in rows]
    found = frame["programme"].astype(object).where(frame["programme"].notna(), None).tolist()
    assert found == texts or "text_encoding" in doubtful
    return "told" if doubtful or any(wrong.values()) else "read"


def test_text_files_are_read_as_they_were_written_or_refused_and_most_are_read(tmp_path):
    came: collections.Counter = collections.Counter()

    @settings(SETTINGS, max_examples=400)
    @given(rows=ROWS, layout=LAYOUTS)
    def one(rows, layout):
        path = tmp_path / "x.csv"
        try:
            path.write_bytes(written(rows, layout))
        except UnicodeEncodeError:
            return
        came[check(path, rows)] += 1

    one()
    assert came["refused"] < 0.25 * came.total(), came


@settings(SETTINGS, max_examples=60)
@given(
    rows=ROWS,
    suffix=st.sampled_from(["sav", "zsav", "dta"]),
    spelling=st.sampled_from(["as is", "upper", "lower"]),
    typed=st.booleans(),
    decimal=st.sampled_from(",."),
    declared=st.sampled_from([None, "codes", "range"]),
    noise=st.sampled_from([0.0, 1e-12]),
)
def test_a_statistical_file_is_read_as_it_was_written_or_refused(
    tmp_path, rows, suffix, spelling, typed, decimal, declared, noise
):
    names = [spelled(name, spelling).replace(" ", "_") for name in NAMES]
    frame = pd.DataFrame(
        [[brin, text_of(pairs), gender + noise, grade + noise, weight] for brin, pairs, gender, grade, weight in rows],
        columns=names,
    )
    if not typed:
        frame[names[4]] = [f"{weight:.3f}".replace(".", decimal) for weight in frame[names[4]]]
        frame[names[2]] = [f"{gender:.1f}" for gender in frame[names[2]]]
    path = tmp_path / f"x.{suffix}"
    gone = {"codes": {names[3]: [99.0]}, "range": {names[3]: [{"lo": 90, "hi": 99}]}}.get(declared)
    if suffix == "dta":
        pyreadstat.write_dta(frame, str(path))
    else:
        pyreadstat.write_sav(
            frame, str(path), missing_ranges=gone, compress=suffix == "zsav", row_compress=suffix == "sav"
        )
    walk = {column: {**about, "from": about["from"].replace(" ", "_")} for column, about in COLUMNS.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(globals(), "WALK", Crosswalk.model_validate({"table": "students", "columns": walk}))
        assert check(path, rows) in ("read", "told", "refused")
