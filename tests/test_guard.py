"""What may not go into git is refused whatever it is called, with what to do; what is there today is not."""

import base64
import binascii
import bz2
import gzip
import hashlib
import io
import json
import lzma
import pickle
import struct
import subprocess
import sys
import zipfile
import zlib

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml
from PIL import Image

from helpers import paths

sys.path.insert(0, str(paths.ROOT / "scripts"))
import contents
import guard

ROWS = 60
PNG = (paths.ROOT / "docs/images/word.png").read_bytes()


def survey():
    """Answers with codes, and the same with labels."""
    rng = np.random.default_rng(1)
    codes = pd.DataFrame({name: rng.integers(1, 6, ROWS) for name in ("veilig", "geslacht", "leeftijd")})
    codes.insert(0, "brin", rng.choice(["99AA", "99AB", "99AC"], ROWS))
    words = {1: "zeer onveilig", 2: "onveilig", 3: "neutraal", 4: "veilig", 5: "zeer veilig"}
    return codes, codes.replace(words)


CODES, LABELS = survey()


def written(write, suffix, tmp):
    path = tmp / f"x{suffix}"
    write(path)
    return path.read_bytes()


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def uuencoded(content):
    lines = (binascii.b2a_uu(content[start : start + 45]) for start in range(0, len(content), 45))
    return b"begin 644 x\n" + b"".join(lines) + b"end\n"


@pytest.fixture(scope="module")
def disguised(tmp_path_factory):
    """Files with respondents, by a name that hides them."""
    tmp = tmp_path_factory.mktemp("disguised")
    sav = written(lambda path: pyreadstat.write_sav(CODES, str(path)), ".sav", tmp)
    table, labels = CODES.to_csv(index=False).encode(), LABELS.to_csv(index=False, sep=";").encode()
    records = json.loads(CODES.to_json(orient="records"))
    encoded = base64.b64encode(sav)
    inserts = "".join(f"INSERT INTO x VALUES {tuple(row)};\n" for row in CODES.astype(str).itertuples(index=False))
    return {
        "docs/spss.txt": sav,
        "tests/SPSS.SAV": sav,
        "docs/images/spss.png": sav,
        "data/stata.yml": written(lambda path: pyreadstat.write_dta(CODES, str(path)), ".dta", tmp),
        "docs/portable.txt": written(lambda path: pyreadstat.write_por(CODES, str(path)), ".por", tmp),
        "docs/sas.txt": written(lambda path: pyreadstat.write_xport(CODES, str(path)), ".xpt", tmp),
        "tests/parquet.json": written(CODES.to_parquet, ".parquet", tmp),
        "tests/feather.md": written(CODES.to_feather, ".feather", tmp),
        "tests/excel.html": written(lambda path: CODES.to_excel(path, index=False), ".xlsx", tmp),
        "tests/pickle.py": pickle.dumps(CODES),
        "tests/old-pickle.txt": pickle.dumps(records, protocol=0),
        "tests/zip.txt": zipped(a=sav),
        "tests/nested.ZIP": zipped(a=zipped(b=sav)),
        "tests/gzip.txt": gzip.compress(table),
        "tests/xz.txt": lzma.compress(table),
        "tests/bz2.txt": bz2.compress(table),
        "tests/7z.txt": b"7z\xbc\xaf\x27\x1c" + sav,
        "tests/base64.txt": encoded,
        "tests/base64-lines.md": base64.encodebytes(sav),
        "tests/base64.py": b"".join(b'    "%s"\n' % encoded[at : at + 60] for at in range(0, 3000, 60)),
        "tests/picture.md": b"![](data:image/png;base64," + encoded + b")",
        "tests/hex.txt": sav.hex().encode(),
        "tests/base85.txt": base64.a85encode(sav, wrapcol=76),
        "tests/uu.txt": uuencoded(sav),
        "tests/behind.png": PNG + zipped(a=sav),
        "docs/images/behind.png": PNG + table,
        "tests/answers.csv": table,
        "tests/answers.CSV": table,
        "tests/answers.txt": table,
        "tests/answers.py": table,
        "docs/answers.md": CODES.to_markdown(index=False).encode(),
        "tests/answers.tsv": LABELS.to_csv(index=False, sep="\t").encode(),
        "tests/labels.txt": labels,
        "tests/quoted.txt": LABELS.to_csv(index=False, quoting=1).encode(),
        "tests/carets.txt": LABELS.to_csv(index=False, sep="^").encode(),
        "tests/gaps.txt": table.replace(b"\n", b"\n\n"),
        "tests/comments.py": b"".join(b"# %s\n" % line for line in table.splitlines()),
        "tests/utf16.txt": labels.decode().encode("utf-16"),
        "tests/cp1252.txt": labels.replace(b"neutraal", b"ne\xfctral"),
        "tests/bom.txt": b"\xef\xbb\xbf" + table,
        "tests/columns.txt": CODES.to_string(index=False).encode(),
        "tests/widths.txt": "\n".join("".join(map(str, row)) for row in CODES.iloc[:, 1:].to_numpy()).encode(),
        "tests/records.json": CODES.to_json(orient="records").encode(),
        "tests/lines.txt": LABELS.to_json(orient="records", lines=True).encode(),
        "tests/columns.json": CODES.to_json().encode(),
        "tests/pretty.json": LABELS.to_json(orient="records", indent=1).encode(),
        "tests/records.yml": yaml.safe_dump(records).encode(),
        "tests/columns.yml": yaml.safe_dump({key: [one[key] for one in records] for key in records[0]}).encode(),
        "tests/records.py": f"ROWS = {records}".encode(),
        "tests/tuples.py": "".join(f"    {tuple(row)},\n" for row in LABELS.itertuples(index=False)).encode(),
        "tests/sql.txt": inserts.encode(),
        "tests/r.txt": f"x <- list(veilig = c({', '.join(map(str, CODES['veilig']))}))".encode(),
        "tests/table.html": CODES.to_html(index=False).encode(),
        "tests/table.svg": LABELS.to_xml(attr_cols=list(LABELS)).encode(),
        "tests/refi.txt": b'<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0"></Project>',
        "tests/unknown.xyz": b"what is this?",
        "data/deliveries/2025/README.md": b"what a sender wrote",
        "Data/Deliveries/2025/notes.md": b"what a sender wrote",
        "backup/outputs/nation/page.html": b"<p>Report</p>",
        "outputs/nation/README.md": b"what was made",
        "tests/x\u202etxt.md": b"a name that turns around",
        "tests/two\nlines.md": b"a name of two lines",
    }  # fmt: skip


def png(content, kind=b"tEXt", where=-12):
    """The picture with a part more, before its end."""
    part = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return PNG[:where] + part + PNG[where:]


def drawn(pixels, width=100):
    """A picture of which these bytes are the pixels."""
    rows = [pixels[at : at + width].ljust(width, b" ") for at in range(0, len(pixels), width)]
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return PNG[:8] + b"".join(
        struct.pack(">I", len(inner)) + kind + inner + struct.pack(">I", zlib.crc32(kind + inner))
        for kind, inner in parts
    )


def jpg(comment=b"", kind=0xFE):
    buffer = io.BytesIO()
    Image.new("RGB", (9, 9)).save(buffer, "JPEG")
    segment = bytes([0xFF, kind]) + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    return buffer.getvalue()[:2] + segment + buffer.getvalue()[2:]


ANSWERS = [
    f"{said} {where} {when}."
    for said in ("Ik voel mij niet altijd prettig", "Er wordt veel gescholden", "De sfeer is goed", "Niemand grijpt in")
    for where in ("in de kantine", "op de gang", "bij de bushalte", "tijdens stage")
    for when in ("na de les", "in de pauze", "op vrijdag", "sinds de verbouwing")
]
"""Open answers of which no two are the same."""


@pytest.fixture(scope="module")
def hidden(tmp_path_factory):
    """The same where one does not look: in layouts that no program reads, and in what a file carries besides."""
    tmp = tmp_path_factory.mktemp("hidden")
    sav = written(lambda path: pyreadstat.write_sav(CODES, str(path)), ".sav", tmp)
    table = CODES.to_csv(index=False).encode()
    bits = ["\u200b\u200c"[int(bit)] for bit in f"{int.from_bytes(table[:40], 'big'):b}"]
    pieces = [base64.b64encode(sav).decode()[at : at + 48] for at in range(0, 3000, 48)]
    inner = base64.b64encode(PNG + sav).decode()
    rows = [list(map(str, row)) for row in CODES.itertuples(index=False)]
    labels = [list(map(str, row)) for row in LABELS.itertuples(index=False)]
    said = [{"brin": row[0], "antwoord": answer} for row, answer in zip(rows, ANSWERS, strict=False)]
    encoded, words = base64.b64encode(sav).decode(), ("nul", "een", "twee", "drie", "vier", "vijf")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'

    def lines(parted, of=rows, begin="", end=""):
        return "\n".join(begin + parted.join(row) + end for row in of).encode()

    def columns(parted, of=rows, between=": "):
        return "\n".join(name + between + parted.join(cells) for name, *cells in zip(CODES, *of, strict=True)).encode()

    return {
        "docs/dots.md": lines(" · "),
        "docs/sections.md": lines("§"),
        "docs/arrows.md": lines(" → ", labels),
        "docs/bars.md": lines(" ‖ ", labels),
        "docs/semicolons-in-list.md": lines(" ; ", labels, "- "),
        "docs/pluses.txt": lines("+"),
        "docs/spaces.txt": lines(" "),
        "docs/no-break.txt": lines("\u00a0"),
        "docs/fixed.txt": lines(""),
        "docs/fixed-labels.txt": "\n".join("".join(cell.ljust(16) for cell in row) for row in labels).encode(),
        "docs/fixed-marked.txt": lines("x"),
        "tests/docstring.py": b'"""Notes.\n\n' + lines("", begin="    ") + b'\n"""\n',
        "tests/docstring-dots.py": b'def x():\n    """Notes.\n\n' + lines(" · ", begin="    ") + b'\n    """\n',
        "tests/strings.py": b"X = (\n" + lines("·", begin='    "', end='\\\\n"') + b"\n)\n",
        "src/comments.lua": lines(" ~ ", labels, "-- "),
        "docs/variables.txt": columns(" "),
        "docs/variables-commas.md": columns(", "),
        "docs/variables-labels.md": columns(" | ", labels),
        "docs/variables-words.txt": columns(" ", [[words[int(c)] if len(c) == 1 else c for c in row] for row in rows]),
        "docs/one-a-line.txt": lines("\n", [[" ".join(pair) for pair in zip(CODES, row, strict=True)] for row in rows]),
        "docs/one-a-line-labels.txt": "\n".join(cell for row in labels for cell in row).encode(),
        "docs/one-line.txt": ";".join(",".join(row) for row in rows).encode(),
        "docs/one-line-labels.md": " / ".join(", ".join(row) for row in labels).encode(),
        "docs/blocks.md": lines("\n", [[": ".join(pair) for pair in zip(CODES, row, strict=True)] for row in labels]),
        "docs/open.md": "\n".join(f"| {one['brin']} | {one['antwoord']} |" for one in said).encode(),
        "docs/open-list.md": "\n".join(f"- {one['brin']}: {one['antwoord']}" for one in said).encode(),
        "docs/open.csv": "\n".join(f"{one['brin']};{one['antwoord']}" for one in said).encode(),
        "tests/open.yml": yaml.safe_dump(said, allow_unicode=True).encode(),
        "data/crosswalks/open.yml": yaml.safe_dump(said, allow_unicode=True).encode(),
        "tests/open-texts.yml": yaml.safe_dump(ANSWERS).encode(),
        "tests/open.json": json.dumps(said).encode(),
        "tests/open-texts.json": json.dumps({"antwoorden": ANSWERS}).encode(),
        "tests/open-by-key.json": json.dumps({f"r{n}": one for n, one in enumerate(said)}).encode(),
        "tests/open.md": yaml.safe_dump({f"r{n}": one for n, one in enumerate(said)}).encode(),
        "docs/real.md": ("Deelnemers: " + ", ".join(f"{number}AA" for number in ("01", "04", 25, 27))).encode(),
        "docs/words-of-base64.md": " ".join(encoded[at : at + 30] for at in range(0, 3000, 30)).encode(),
        "docs/short-lines-of-base64.txt": "\n".join(encoded[at : at + 36] for at in range(0, 3000, 36)).encode(),
        "docs/prose-of-base64.md": "\n".join(f"Zie ook {piece} in de tekst." for piece in pieces).encode(),
        "docs/words-of-hex.md": " ".join(sav.hex()[at : at + 32] for at in range(0, 3000, 32)).encode(),
        "docs/dump.txt": "\n".join(sav[at : at + 16].hex(" ") for at in range(0, 800, 16)).encode(),
        "docs/dump-words.md": sav[:400].hex(" ", 2).encode(),
        "tests/escapes.py": ('X = b"' + "".join(f"\\x{code:02x}" for code in sav[:300]) + '"').encode(),
        "docs/percent.md": "".join(f"%{code:02X}" for code in sav[:300]).encode(),
        "docs/references.html": "".join(f"&#{code};" for code in table[:300]).encode(),
        "docs/bits.txt": " ".join(f"{code:08b}" for code in sav[:200]).encode(),
        "docs/bytes.txt": ", ".join(str(code) for code in sav[:300]).encode(),
        "docs/bytes-spaced.txt": " ".join(str(code) for code in sav[:300]).encode(),
        "docs/unseen.md": ("Een tekst." + "".join(bits)).encode(),
        "docs/ends.md": "\n".join("woord" + "\t" * (code % 2) + " " for code in table[:200]).encode(),
        "docs/images/text.png": png(b"Comment\0" + table),
        "docs/images/packed.png": png(b"Comment\0\0" + zlib.compress(table), b"zTXt"),
        "docs/images/international.png": png(b"Comment\0\0\0\0\0" + table, b"iTXt"),
        "docs/images/camera.png": png(table, b"eXIf"),
        "docs/images/profile.png": png(b"x\0\0" + zlib.compress(table), b"iCCP", 33),
        "docs/images/private.png": png(table, b"daTa"),
        "docs/images/palette.png": png(table[:900], b"bKGD", 33),
        "docs/images/pixels.png": drawn(table),
        "docs/images/more.png": drawn(b"\1" * 5000).replace(b"IEND", b"IDAT", 1),
        "docs/images/comment.jpg": jpg(table),
        "docs/images/exif.jpg": jpg(b"Exif\0\0" + table, 0xE1),
        "docs/images/head.jpg": jpg(b"JFIF\0" + table, 0xE0),
        "docs/images/behind.jpg": jpg() + table + b"\xff\xd9",
        "reports/letters.ttf": b"\0\1\0\0" + sav,
        "reports/letters.woff2": b"wOF2" + sav,
        "docs/embedded.svg": drawing.format(f'<image href="data:image/png;base64,{inner}"/>').encode(),
        "docs/address.svg": drawing.format(f'<a href="data:text/csv,{table.hex()[:300]}"/>').encode(),
        "docs/comment.svg": drawing.format("<!-- " + "; ".join(labels[0]) + " -->").encode(),
        "docs/metadata.svg": drawing.format("<metadata>" + "; ".join(labels[0]) + "</metadata>").encode(),
        "docs/described.svg": drawing.format("<desc>" + " ".join(ANSWERS) + "</desc>").encode(),
        "docs/attributes.svg": drawing.format("".join(f'<g data-x="{answer}"/>' for answer in ANSWERS)).encode(),
        "docs/script.svg": drawing.format("<script>x = 1</script>").encode(),
        "docs/numbers.svg": drawing.format(f'<path d="M{" ".join(str(code) for code in sav)}"/>').encode(),
        "docs/behind-address.md": b"![](data:image/png;base64," + base64.b64encode(PNG + table) + b")",
    }  # fmt: skip


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with a synthetic and a real edition, and a function that stages a file and asks the guard."""
    for name in ("MIV_DELIVERIES", "MIV_OUTPUTS"):
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "repository"
    editions = root / "parameters/editions"
    editions.mkdir(parents=True)
    (editions / "small.yml").write_text("synthetic: {world: small, seed: 1}\n")
    (editions / "real.yml").write_text("title: x\n")

    def git(*words):
        identity = ("-c", "user.name=x", "-c", "user.email=x@localhost", "-c", "core.hooksPath=/dev/null")
        return subprocess.run(["git", *identity, *words], cwd=root, capture_output=True, check=True)

    def stage(name, content):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        git("add", "-f", name)
        return guard.refusals(guard.staged(root), root)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "start")
    stage.root, stage.git = root, git
    return stage


def test_what_is_tracked_is_clean():
    assert guard.refusals(guard.tracked()) == []


def test_no_disguise_passes(disguised, repository):
    passed = []
    for name, content in disguised.items():
        found = repository(name, content)
        if len(found) != 1 or "git rm --cached '" not in found[0]:
            passed.append((name, found))
        repository.git("rm", "-qf", name)
    assert len(disguised) > 60
    assert passed == []


def test_nothing_passes_where_one_does_not_look(hidden, repository):
    passed = []
    for name, content in hidden.items():
        if len(repository(name, content)) != 1:
            passed.append(name)
        repository.git("rm", "-qf", name)
    assert len(hidden) > 70
    assert passed == []


def test_what_a_project_holds_passes(repository):
    held = {
        "docs/page.md": "# Één pagina\n\n| waar | hoeveel |\n|---|---|\n| alle | 80,3% |\n".encode(),
        "docs/images/a.png": PNG,
        "src/x.py": b"X = {1: 'a', 2: 'b'}\n" * 30,
        "requirements.txt": (paths.ROOT / "requirements.txt").read_bytes(),
        "tests/few.csv": CODES.head(contents.ROWS - 2).to_csv(index=False).encode(),
        "reports/logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        "docs/images/a.jpg": jpg(),
        "docs/images/sized.png": png(struct.pack(">IIB", 2835, 2835, 1), b"pHYs", 33),
        "reports/drawn.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><title>Merk</title><path d="M1 2L3 4"/></svg>',
        "data/deliveries/README.md": b"Here deliveries go.",
        "outputs/README.md": b"Here everything is made.",
        "empty.py": b"",
    }
    for name, content in held.items():
        assert repository(name, content) == []


def test_read_is_what_is_staged_and_not_what_stands_on_the_disk(repository):
    assert repository("docs/a.md", CODES.to_csv(index=False).encode())
    (repository.root / "docs/a.md").write_text("nothing to see")
    assert "holds 61 records" in guard.refusals(guard.staged(repository.root), repository.root)[0]


def test_a_link_and_another_repository_are_refused(repository):
    (repository.root / "link.md").symlink_to("/etc/hostname")
    repository.git("add", "link.md")
    (line,) = guard.refusals(guard.staged(repository.root), repository.root)
    assert "is a symbolic link" in line
    repository.git("rm", "-qf", "link.md")
    commit = repository.git("rev-parse", "HEAD").stdout.decode().strip()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},inner")
    (line,) = guard.refusals(guard.staged(repository.root), repository.root)
    assert "is another repository" in line


def test_a_renamed_file_is_looked_at(repository):
    repository("data.md", CODES.to_csv(index=False).encode())
    repository.git("commit", "-qm", "past the guard")
    repository.git("mv", "data.md", "other.md")
    (line,) = guard.refusals(guard.staged(repository.root), repository.root)
    assert line.startswith("other.md: ")


@pytest.mark.parametrize("folder", ["data/deliveries/2025", "outputs/2025/reports/99AA/data"])
def test_a_copy_is_known_by_its_content(repository, folder):
    arrived = repository.root / folder / "note.txt"
    arrived.parent.mkdir(parents=True)
    arrived.write_text("Een korte notitie over één instelling.\n")
    (line,) = repository("docs/other.md", arrived.read_bytes())
    assert f"docs/other.md: is a copy of {folder}/note.txt" in line


def test_a_template_that_was_copied_to_outputs_is_no_copy_of_them(repository):
    made = repository.root / "outputs/small/units/sector/source/page.html"
    made.parent.mkdir(parents=True)
    made.write_text("<p>A template</p>")
    assert repository("reports/templates/page.html", made.read_bytes()) == []


def book(source, *, outputs=True, tags=("parameters",), **metadata):
    shown = [{"output_type": "display_data", "data": {"text/html": ["<table><tr><td>80</td></tr></table>"]}}]
    cell = {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": [source], "outputs": []}
    other = {"cell_type": "code", "metadata": {}, "source": ["1"], "outputs": shown if outputs else []}
    content = {"cells": [cell, other], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content).encode()


EMPTY = book("x", outputs=False)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.ipynb", book('edition = "real"'), "edition 'real', which is not synthetic"),
        ("x.ipynb", book('edition = "real"', tags=()), "edition 'real', which is not synthetic"),
        ("x.ipynb", book('a = b = "re" "al"'), "edition 'real', which is not synthetic"),
        ("x.ipynb", book('edition = "small"\nedition = "real"'), "edition 'real', which is not synthetic"),
        ("x.ipynb", book('%%time\nedition = "real"'), "edition 'real', which is not synthetic"),
        ("x.ipynb", book('edition = "nowhere"'), "nobody knows of which edition"),
        ("x.ipynb", book('edition = "re" + "al"[:]'), "nobody knows of which edition"),
        ("x.ipynb", book("edition = open('x').read()"), "nobody knows of which edition"),
        ("x.ipynb", book("unit = 1"), "nobody knows of which edition"),
        ("x.ipynb", book('edition = "small"'), "nobody knows of which edition"),
        ("x.IPYNB", book('edition = "small"'), "nobody knows of which edition"),
        ("x.json", book('edition = "small"'), "nobody knows of which edition"),
        ("x.txt", b"\n" + book('edition = "small"'), "nobody knows of which edition"),
        ("x.ipynb", book('edition = "small"', tags=("injected-parameters",)), "executed by the pipeline"),
        ("x.ipynb", book("x", outputs=False, widgets={"state": 1}), "states of widgets"),
        ("x.ipynb", book(CODES.to_csv(index=False), outputs=False), "records that look like respondents"),
        ("x.ipynb", book("x", outputs=False, answers="x"), "holds what no chapter needs (answers)"),
        ("x.ipynb", book("x", outputs=False, kernelspec={"name": "x" * 800}), "what is told of its kernel"),
        ("x.ipynb", book("x", outputs=False, tags=("99AA;3;2",)), "in the names or tags of its cells"),
        (
            "x.ipynb",
            book("x", outputs=False).replace(b'"source"', b'"note": "99AA", "source"'),
            "no chapter needs (note)",
        ),
        (
            "x.ipynb",
            book("x", outputs=False).replace(b'"nbformat":', b'"rows": [1], "nbformat":'),
            "no chapter needs (rows)",
        ),
        ("x.ipynb", book("x", outputs=False).replace(b'"tags"', b'"note": "99AA", "tags"'), "no chapter needs (note)"),
        ("x.ipynb", b"{", "not readable as a notebook"),
        ("x.ipynb", b"[]", "not readable as a notebook"),
        ("x.ipynb", zipped(a=b"x"), "not readable as a notebook"),
        ("x.ipynb", book('edition = "real"', outputs=False), None),
        ("x.ipynb", book('edition = "small"', outputs=False), None),
    ],
)
def test_a_notebook(repository, name, content, told):
    found = repository(name, content)
    assert (told is None and found == []) or told in found[0]


def test_a_notebook_whose_outputs_were_made_of_a_synthetic_edition(repository):
    """What `make notebooks` stored may go in, also under another name later; what was shown otherwise may not."""
    made = book('edition = "small"')
    assert repository("notebooks/1-x.ipynb", made)
    guard.store(["notebooks/1-x.ipynb"], repository.root)
    assert repository("notebooks/1-x.ipynb", made) == []
    repository.git("commit", "-qm", "a chapter")
    (repository.root / guard.STORED).unlink()
    repository.git("mv", "notebooks/1-x.ipynb", "notebooks/2-x.ipynb")
    assert guard.refusals(guard.staged(repository.root), repository.root) == []
    assert repository("notebooks/2-x.ipynb", made.replace(b"80", b"81"))
    assert repository("notebooks/2-x.ipynb", made.replace(b"small", b"real"))


def test_the_stored_checksums_are_of_notebooks_that_are_there():
    stored = guard.load(paths.ROOT)
    assert {path.relative_to(paths.ROOT).as_posix() for path in paths.NOTEBOOKS.glob("*.ipynb")} <= set(stored)


def test_a_new_file_that_git_does_not_know_is_read_from_the_disk(repository):
    (repository.root / "x.md").write_bytes(CODES.to_csv(index=False).encode())
    assert "holds 61 records" in guard.refusals(["x.md"], repository.root)[0]


def test_a_first_commit_is_looked_at_whole(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "x.md").write_bytes(CODES.to_csv(index=False).encode())
    subprocess.run(["git", "add", "x.md"], cwd=tmp_path, check=True)
    assert guard.staged(tmp_path) == ["x.md"]


def test_a_picture_stands_where_pictures_stand(repository):
    (line,) = repository("notebooks/x.png", PNG)
    assert "is a picture, and these stand in docs/, reports/, tests/pictures/ only" in line


def test_letters_are_admitted_by_a_person(repository, tmp_path, monkeypatch):
    letters = b"\0\1\0\0 letters"
    assert "a person admitted" in repository("reports/a.ttf", letters)[0]
    admitted = tmp_path / "admitted.txt"
    monkeypatch.setattr(contents, "ADMITTED", admitted)
    admitted.write_text(f"# of whom\nsha256:{hashlib.sha256(letters).hexdigest()}  reports/a.ttf, of the designer\n")
    assert repository("reports/a.ttf", letters) == []
    assert repository("reports/a.ttf", letters + b"x")
