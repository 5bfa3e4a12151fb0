"""REFI-QDA projects for the tests, as programs make them, and what is told of one."""

import uuid
import zipfile
from collections import Counter
from xml.sax.saxutils import quoteattr

from helpers.ingest import account, readers

THEMES, CODES = ("Online veiligheid", "Seksueel geweld"), ("sfeer", "stage")
ONE, OTHER = "Eerste tekst hier.", "Tweede tekst daar."


def key(word):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, word))


def element(tag, inner="", **about):
    attributes = "".join(f" {name}={quoteattr(str(value))}" for name, value in about.items() if value is not None)
    return f"<{tag}{attributes}>{inner}</{tag}>"


def coding(*words):
    return "".join(element("Coding", f'<CodeRef targetGUID="{key(word)}"/>', guid=key(f"c{word}")) for word in words)


def selection(start, end, *words, tag="PlainTextSelection", guid=None, note=None, **about):
    inner = (element("Description", note) if note else "") + coding(*words)
    guid = guid or key(f"{tag}{start}{end}{words}{about}")
    return element(tag, inner, guid=guid, **({"startPosition": start, "endPosition": end} if end else {}), **about)


def values(**given):
    return "".join(
        element("VariableValue", f'<VariableRef targetGUID="{key(name)}"/>{element("TextValue", value)}')
        for name, value in given.items()
    )


def source(name, inner, path="internal://a.txt", tag="TextSource", about=None, **more):
    where = {"plainTextPath": path} if tag == "TextSource" else {"path": path}
    about = {"BRIN": "99AA", "Deelnemers": "studenten", "Citeren": "ja"} if about is None else about
    return element(tag, inner + values(**about), guid=key(name), name=name, **where, **more)


def project(*sources, codes=None, more="", sets=False, variables=("BRIN", "Deelnemers", "Citeren")):
    def one(word, inner=""):
        return element("Code", inner, guid=key(word), name=word, isCodable="true")

    groups = {"Thema": THEMES, "Code": CODES}
    if sets:
        book = "".join(one(word) for words in groups.values() for word in words)
        members = {
            name: "".join(f'<MemberCode targetGUID="{key(word)}"/>' for word in words) for name, words in groups.items()
        }
        more += element(
            "Sets", "".join(element("Set", inner, guid=key(f"s{n}"), name=n) for n, inner in members.items())
        )
    else:
        book = "".join(one(name, "".join(one(word) for word in words)) for name, words in groups.items())
    known = "".join(element("Variable", guid=key(name), name=name, typeOfVariable="Text") for name in variables)
    inner = element("CodeBook", element("Codes", codes or book)) + element("Variables", known)
    return '<?xml version="1.0" encoding="utf-8"?>' + element(
        "Project", inner + element("Sources", "".join(sources)) + more, xmlns="urn:QDA-XML:project:1.0", name="p"
    )


def pack(path, xml, files=(), project_file="project.qde", raw=()):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(project_file, xml)
        for name, content in dict(files).items():
            archive.writestr(name, content if isinstance(content, bytes) else content.encode())
        for entry, content in raw:
            archive.writestr(entry, content)
    return path


def read(path, crosswalk=None):
    delivered = readers.read(path, path.name, crosswalk)
    for part in delivered.parts:
        assert part.open == 0, part
    return delivered


def rest(delivered, kind):
    found = Counter()
    for each in (each for part in delivered.parts if part.kind == kind for each in part.rest):
        found[each.reason] += each.count
    return found


def rules(delivered):
    """Of what is told of a file: its problems, and the doubts of its account."""
    return [defect.rule for defect in told(delivered)]


def told(delivered):
    return [*delivered.doubts, *account.check("x", delivered.parts)]
