"""Properties of the document: title, language, and no trace of who made it on which machine."""

from __future__ import annotations

from docx.oxml.ns import qn

from helpers.render.word.parts import element

LANGUAGE = "nl-NL"
AUTHOR = "Monitor Integrale Veiligheid"


def set_all(document, meta: dict) -> None:
    """Set title, subject, author and language."""
    about = document.core_properties
    about.title, about.subject = f"{meta['title']}, {meta['subtitle']}"[:255], meta["subtitle"][:255]
    about.author = about.last_modified_by = AUTHOR
    about.language = LANGUAGE
    about.keywords = "synthetische gegevens" if meta["synthetic"] else ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    settings = document.settings.element
    theme = settings.find(qn("w:themeFontLang"))
    if theme is None:
        theme = element("w:themeFontLang")
        settings.append(theme)
    theme.set(qn("w:val"), LANGUAGE)
