"""Small files of every format that intake reads, made here, with traits that real ones have."""

from __future__ import annotations

import ctypes
import datetime
import io
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pyreadstat._readstat_writer

ROWS = 40


def table(rows: int = ROWS) -> pd.DataFrame:
    """Numbers, codes with a user-missing one, words with marks on the letters."""
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "brin": ["99AA", "99AB"] * (rows // 2),
            "veilig": rng.integers(1, 6, rows).astype(float),
            "cijfer": rng.integers(1, 11, rows).astype(float),
            "gewicht": rng.uniform(0.5, 1.5, rows).round(4),
            "opmerking": ["geëerd café", "niets"] * (rows // 2),
        }
    )


def statistical(path: Path) -> Path:
    """SPSS or Stata, by suffix."""
    frame = table()
    labels = {"veilig": "Ik voel me veilig", "cijfer": "Rapportcijfer"}
    values = {"veilig": {1.0: "zeer onveilig", 5.0: "zeer veilig"}}
    if path.suffix == ".dta":
        values = {"veilig": {1: "zeer onveilig", 5: "zeer veilig"}}
        frame["veilig"] = frame["veilig"].astype(int)
        pyreadstat.write_dta(frame, str(path), column_labels=labels, variable_value_labels=values)
    elif path.suffix == ".por":
        pyreadstat.write_por(frame.drop(columns="opmerking"), str(path), column_labels=None)
    else:
        pyreadstat.write_sav(
            frame,
            str(path),
            column_labels=labels,
            variable_value_labels=values,
            missing_ranges={"cijfer": [99.0], "veilig": [{"lo": 8, "hi": 9}]},
            compress=path.suffix == ".zsav",
            row_compress=path.suffix == ".sav",
        )
    return path


SAS_WRITER = ctypes.PyDLL(pyreadstat._readstat_writer.__file__)
"""ReadStat, which pyreadstat brings: it also writes .sas7bdat, of which pyreadstat itself says nothing."""


def sas(path: Path) -> Path:
    """SAS, by suffix."""
    frame, labels = table(), {"veilig": "Ik voel me veilig"}
    if path.suffix == ".xpt":
        pyreadstat.write_xport(frame, str(path), column_labels=labels)
        return path
    library, pointer, content = SAS_WRITER, ctypes.c_void_p, io.BytesIO()
    for name in ("readstat_writer_init", "readstat_add_variable"):
        getattr(library, name).restype = pointer
    take = ctypes.CFUNCTYPE(ctypes.c_ssize_t, pointer, ctypes.c_size_t, pointer)(
        lambda data, size, _: content.write(ctypes.string_at(data, size))
    )
    writer = pointer(library.readstat_writer_init())
    library.readstat_set_data_writer(writer, take)
    variables = []
    for name in frame.columns:
        kind, width = (0, 40) if frame[name].dtype == object else (5, 0)  # a string of 40 bytes, or a double
        variables.append(pointer(library.readstat_add_variable(writer, name.encode(), kind, ctypes.c_size_t(width))))
        library.readstat_variable_set_label(variables[-1], labels.get(name, "").encode())
    library.readstat_begin_writing_sas7bdat(writer, None, ctypes.c_long(len(frame)))
    for row in frame.itertuples(index=False):
        library.readstat_begin_row(writer)
        for variable, value in zip(variables, row, strict=True):
            if isinstance(value, str):
                library.readstat_insert_string_value(writer, variable, value.encode())
            else:
                library.readstat_insert_double_value(writer, variable, ctypes.c_double(value))
        library.readstat_end_row(writer)
    library.readstat_end_writing(writer)
    library.readstat_writer_free(writer)
    path.write_bytes(content.getvalue())
    return path


def text(path: Path, *, delimiter: str = ";", decimal: str = ",", encoding: str = "cp1252") -> Path:
    """A text table in a stated dialect."""
    table().to_csv(path, sep=delimiter, decimal=decimal, index=False, encoding=encoding, lineterminator="\r\n")
    return path


def workbook(path: Path) -> Path:
    """A title above the table, and a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Gegevens"
    sheet.append(["Levering 2022"])
    frame = table()
    sheet.append(list(frame.columns))
    for row in frame.itertuples(index=False):
        sheet.append(list(row))
    book.create_sheet("Toelichting").append(["lees mij"])
    book.save(path)
    return path


ODS = "urn:oasis:names:tc:opendocument:xmlns"


def ods(path: Path, sheets: dict[str, list[list]], hidden: tuple[str, ...] = ()) -> Path:
    """An OpenDocument workbook with typed cells; a cell of ``(kind, value)`` is a percentage, money or a boolean."""

    def cell(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        kind, given = value if isinstance(value, tuple) else ("float", value)
        if isinstance(given, str):
            return f'<table:table-cell office:value-type="string"><text:p>{escape(given)}</text:p></table:table-cell>'
        if isinstance(given, datetime.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{given.isoformat()}"/>'
        name = "boolean-value" if kind == "boolean" else "value"
        return f'<table:table-cell office:value-type="{kind}" office:{name}="{str(given).lower()}"/>'

    tables = ""
    for title, rows in sheets.items():
        style = "ta2" if title in hidden else "ta1"
        tables += f'<table:table table:name="{escape(title)}" table:style-name="{style}">'
        tables += '<table:table-column table:number-columns-repeated="1024"/>'
        for row in rows:
            filled = "".join(map(cell, row))
            tables += (
                f'<table:table-row>{filled}<table:table-cell table:number-columns-repeated="900"/></table:table-row>'
            )
        tables += (
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
        )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>"
        for name, shown in (("ta1", "true"), ("ta2", "false"))
    )
    content = (
        f'<office:document-content xmlns:office="{ODS}:office:1.0" xmlns:table="{ODS}:table:1.0" '
        f'xmlns:text="{ODS}:text:1.0" xmlns:style="{ODS}:style:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return path


STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006": "http://purl.oclc.org/ooxml/officeDocument",
}
"""Namespaces of the transitional and the strict variety of Office's files."""


def repacked(path: Path, change: Callable[[str, bytes], bytes | None], to: Path | None = None) -> Path:
    """A zip archive of which every part passed through ``change(name, content)``; ``None`` leaves it out."""
    with zipfile.ZipFile(path) as archive:
        content = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(to or path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            if part is not None:
                archive.writestr(name, part)
    return to or path


def strict(path: Path) -> Path:
    """The workbook as Excel saves it under «Strict Open XML»."""

    def change(name: str, part: bytes) -> bytes:
        for old, new in STRICT.items():
            part = part.replace(old.encode(), new.encode())
        return part

    return repacked(path, change)


def parquet(path: Path) -> Path:
    """Columns as numbers and words."""
    table().to_parquet(path, index=False, write_page_checksum=True)
    return path


CODES = {"Thema": ["Online veiligheid", "Seksueel geweld"], "Code": ["sfeer", "stage"]}
SAID = ["De sfeer in de klas is goed.", "Online gaat het mis, met café-grappen.", "Op stage durf ik niets te zeggen."]


def qde(*, grouped: bool = True, text_file: str | None = None) -> str:
    """XML of a REFI-QDA project: two documents, document variables by case, one selection without a code."""
    guids = {word: str(uuid.uuid5(uuid.NAMESPACE_OID, word)) for group in CODES.values() for word in group}
    groups = "".join(
        f'<Code guid="{uuid.uuid5(uuid.NAMESPACE_OID, name)}" name="{name}" isCodable="false">'
        + "".join(f'<Code guid="{guids[word]}" name="{word}" isCodable="true"/>' for word in words)
        + "</Code>"
        for name, words in CODES.items()
    )
    loose = "".join(f'<Code guid="{guid}" name="{word}" isCodable="true"/>' for word, guid in guids.items())
    whole = "\n".join(SAID)
    source, user = str(uuid.uuid5(uuid.NAMESPACE_OID, "groep")), str(uuid.uuid5(uuid.NAMESPACE_OID, "ik"))
    coded = [["Online veiligheid", "sfeer"], ["Online veiligheid", "Seksueel geweld", "stage"], []]
    selections, start = "", 0
    for number, (said, words) in enumerate(zip(SAID, coded, strict=True)):
        codings = "".join(
            f'<Coding guid="{uuid.uuid5(uuid.NAMESPACE_OID, f"{number}{word}")}">'
            f'<CodeRef targetGUID="{guids[word]}"/></Coding>'
            for word in words
        )
        selections += (
            f'<PlainTextSelection guid="{uuid.uuid5(uuid.NAMESPACE_OID, said)}" name="" startPosition="{start}" '
            f'endPosition="{start + len(said)}">{codings}</PlainTextSelection>'
        )
        start += len(said) + 1
    content = f'plainTextPath="{text_file}"' if text_file else ""
    inner = "" if text_file else f"<PlainTextContent>{whole}</PlainTextContent>"
    names = {"BRIN": "99AA", "Deelnemers": "studenten"}
    variables = "".join(
        f'<Variable guid="{uuid.uuid5(uuid.NAMESPACE_OID, name)}" name="{name}" typeOfVariable="Text"/>'
        for name in names
    )
    consent = uuid.uuid5(uuid.NAMESPACE_OID, "consent")
    variables += f'<Variable guid="{consent}" name="Citeren toegestaan" typeOfVariable="Boolean"/>'
    values = "".join(
        f'<VariableValue><VariableRef targetGUID="{uuid.uuid5(uuid.NAMESPACE_OID, name)}"/>'
        f"<TextValue>{value}</TextValue></VariableValue>"
        for name, value in names.items()
    )
    values += f'<VariableValue><VariableRef targetGUID="{consent}"/><BooleanValue>true</BooleanValue></VariableValue>'
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="focusgroepen" origin="toets" creatingUserGUID="{user}">'
        f'<Users><User guid="{user}" name="onderzoeker"/></Users>'
        f"<CodeBook><Codes>{groups if grouped else loose}</Codes></CodeBook>"
        f"<Variables>{variables}</Variables>"
        f'<Cases><Case guid="{uuid.uuid5(uuid.NAMESPACE_OID, "case")}" name="Groep 1">{values}'
        f'<SourceRef targetGUID="{source}"/></Case></Cases>'
        f'<Sources><TextSource guid="{source}" name="Groep 1" {content}>{inner}{selections}</TextSource></Sources>'
        "</Project>"
    )


def qdpx(path: Path, **options) -> Path:
    """A REFI-QDA project; with ``text_file=`` its text stands in a file of the archive, with a BOM and CR LF."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Focusgroepen.qde", qde(**options))
        if options.get("text_file"):
            name = options["text_file"].removeprefix("internal://")
            archive.writestr(f"sources/{name}", "\r\n".join(SAID).encode("utf-8-sig"))
    return path


def qdc(path: Path) -> Path:
    """A REFI-QDA codebook."""
    codes = "".join(
        f'<Code guid="{uuid.uuid5(uuid.NAMESPACE_OID, name)}" name="{name}" isCodable="false">'
        + "".join(
            f'<Code guid="{uuid.uuid5(uuid.NAMESPACE_OID, word)}" name="{word}" isCodable="true">'
            f"<Description>over {word}</Description></Code>"
            for word in words
        )
        + "</Code>"
        for name, words in CODES.items()
    )
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="toets"><Codes>{codes}</Codes></CodeBook>',
        encoding="utf-8",
    )
    return path


def every(folder: Path) -> dict[str, Path]:
    """One file of each format, by name."""
    made = {kind: statistical(folder / f"sample.{kind}") for kind in ("sav", "zsav", "por", "dta")}
    made |= {kind: sas(folder / f"sample.{kind}") for kind in ("sas7bdat", "xpt")}
    made["csv"] = text(folder / "sample.csv")
    made["xlsx"] = workbook(folder / "sample.xlsx")
    rows = [list(each) for each in table().itertuples(index=False)]
    made["ods"] = ods(
        folder / "sample.ods", {"Gegevens": [["Levering"], list(table().columns), *rows], "Toelichting": []}
    )
    made["parquet"] = parquet(folder / "sample.parquet")
    made["qdpx"] = qdpx(folder / "sample.qdpx")
    made["qdc"] = qdc(folder / "sample.qdc")
    return made


def limesurvey(*, headings: str = "code", answers: str = "code") -> str:
    """A response export with one unfinished response, an IP address and a token."""
    codes = [
        "id",
        "submitdate",
        "lastpage",
        "startlanguage",
        "seed",
        "token",
        "ipaddr",
        "brin",
        "plan",
        "partner[SQ001]",
    ]
    texts = {
        "brin": "Van welke instelling?",
        "plan": "Is er een veiligheidsplan?",
        "partner[SQ001]": "Partners [gemeente]",
    }
    head = [f"{code}. {texts[code]}" if headings == "full" and code in texts else code for code in codes]
    plan, yes = ("A1", "Y") if answers == "code" else ("uitgewerkt", "Ja")
    rows = [
        ["1", "2023-03-01 10:00:00", "3", "nl", "123", "abc", "203.0.113.7", "99AA", plan, yes],
        ["2", "", "1", "nl", "124", "def", "203.0.113.8", "99AB", "", ""],
        ["3", "2023-03-02 11:00:00", "3", "nl", "125", "ghi", "203.0.113.9", "99AB", plan, ""],
    ]
    buffer = io.StringIO()
    pd.DataFrame(rows, columns=head).to_csv(buffer, index=False, quoting=1)
    return buffer.getvalue()
