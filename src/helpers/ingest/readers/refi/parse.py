"""From the XML of REFI-QDA to pyrefiqda's models, strictly."""

from __future__ import annotations

import io
import re

from lxml import etree

from helpers.ingest.problems import Unreadable

SPACE = re.compile(r"^urn:QDA-XML:(?:project|codebook):\d+[.:]\d+$")
"""Names of the standard: NVivo for Mac writes ``codebook:1:0``."""
INLINE = re.compile(rb"(<(?:\w+:)?PlainTextContent>)([^<]*)(<)")


def parse(content: bytes, model: type, name: str, kind: str) -> tuple:
    """A ``project`` or ``codebook`` as its model, and its XML; raises :class:`Unreadable` or an error of a parser.

    Elements of other makers (another namespace) are left out and given as the third, in names.
    """
    from xsdata.formats.dataclass.parsers.config import ParserConfig
    from xsdata_pydantic.bindings import XmlParser

    # XML makes one character of the two of a line end, but a program counted them
    content = INLINE.sub(lambda match: match[1] + match[2].replace(b"\r\n", b"&#13;\n") + match[3], content)
    # strictly first: the binding's own parser goes on after a tag that does not close
    document = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=False))
    if document.getroottree().docinfo.doctype:
        raise Unreadable(name, "een documenttype in de XML", "gewone XML", "Exporteer het opnieuw.")
    foreign = _in_one_namespace(document, f"urn:QDA-XML:{kind}:1.0")
    parser = XmlParser(config=ParserConfig(fail_on_unknown_properties=True, fail_on_unknown_attributes=False))
    return parser.parse(io.BytesIO(etree.tostring(document)), model), document, foreign


def _in_one_namespace(document: etree._Element, space: str) -> list[str]:
    foreign: list[str] = []
    for element in list(document.iter(etree.Element)):
        about = etree.QName(element)
        if about.namespace is None or SPACE.match(about.namespace):
            element.tag = f"{{{space}}}{about.localname}"
        elif element.getparent() is not None:
            foreign.append(about.localname)
            element.getparent().remove(element)
    return sorted(set(foreign))


def guid(value: object) -> str:
    """An identifier as it is compared: some programs write braces, or small letters in one place only."""
    return str(value).strip("{}").lower()


def local(element: etree._Element) -> str:
    """The name of an element, without its namespace."""
    return etree.QName(element).localname
