"""``datapackage.json``: the CSV files of the annex, described as Frictionless Data prescribes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from helpers.render.annex.columns import TRUTH, Column
from helpers.render.annex.workbook import Sheet

TYPES = {"text": "string", "code": "string", "boolean": "boolean", "year": "integer", "count": "integer"}
DIALECT = {"delimiter": ";", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True}
LICENCES = {
    "MIT": {"name": "MIT", "title": "MIT License", "path": "https://opensource.org/license/mit"},
    "CC0-1.0": {"name": "CC0-1.0", "title": "CC0 1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"},
    "CC-BY-4.0": {"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"},
}


def make(folder: Path, sheets: Sequence[Sheet], about: dict) -> bytes:
    """The descriptor of the CSV files in ``folder``; ``about`` has the package's own keys, name and title first."""
    content = {
        **{key: value for key, value in about.items() if value},
        "profile": "tabular-data-package",
        "resources": [_resource(folder, sheet) for sheet in sheets],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _resource(folder: Path, sheet: Sheet) -> dict:
    content = (folder / f"{sheet.data.name}.csv").read_bytes()
    commented = content.startswith(b"\xef\xbb\xbf#")
    return {
        "name": sheet.data.name,
        "profile": "tabular-data-resource",
        "title": f"{sheet.name}. {sheet.caption}" if sheet.caption else sheet.name,
        **({"description": f"Bronnen van het hoofdstuk: {sheet.sources}"} if sheet.sources else {}),
        "path": f"{sheet.data.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {**DIALECT, **({"commentChar": "#", "headerRows": [2]} if commented else {})},
        "schema": {"fields": [_field(column) for column in sheet.data.columns], "missingValues": [""]},
    }


def _field(column: Column) -> dict:
    kind = TYPES.get(column.kind, "number")
    field = {"name": column.code, "type": kind, "title": column.title, "description": column.about or column.title}
    if kind == "number":
        field |= {"decimalChar": ",", "bareNumber": True}
    if kind == "boolean":
        field |= {f"{str(value).lower()}Values": [text] for text, value in TRUTH.items()}
    return field
