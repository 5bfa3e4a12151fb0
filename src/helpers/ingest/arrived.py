"""Checks at the gate that need no table: names of files, what changed, and whether accounts are closed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from helpers import paths
from helpers.files import MARKS, display, marks
from helpers.ingest import account, crosswalks
from helpers.ingest.problems import Defect
from helpers.sources import RECEIVED, Received, Source, links, named, specials, unexpected, unwritten


def check(where: paths.EditionPaths, sources: list[Source], notes: dict[str, dict], received: Received) -> list[Defect]:
    """Everything of this kind that is wrong with the deliveries of an edition.

    ``notes``: what ingest noted of each source; ``received``: all versions of all files that were ever seen.
    """
    seen = [entry["file"] for note in notes.values() for entry in note["received"]]
    found = [*_names(where), *_unexpected(where, sources), *_changed(received, seen), *_breaks(sources)]
    return found + _accounted(notes)


def log_book(where: paths.EditionPaths, folder: Path) -> list[Defect]:
    """Where the log book is, if not among the deliveries."""
    if folder == where.deliveries:
        return []
    found = f"een map waarin niet te schrijven is ({display(where.deliveries)})"
    remedy = f"Het logboek staat nu in {display(folder)}, en gaat met `make clean` verloren: bewaar er een kopie van."
    return [Defect(RECEIVED, "", found, "een map waarin de intake mag schrijven", remedy, rule="log_elsewhere")]


def _names(where: paths.EditionPaths) -> list[Defect]:
    """Links, pipes and the like, which are not read; and names of files that show as another than they are."""
    remedy = "Zet het bestand zelf in de map."
    defects = [
        Defect(name, "", "een koppeling", "een bestand of map", remedy, rule="file_link") for name in links(where)
    ]
    allowed = "een bestand of map"
    defects += [
        Defect(name, "", "een pijp, socket of apparaat", allowed, remedy, rule="file_link") for name in specials(where)
    ]
    found, allowed, remedy = "tekens die geen UTF-8 zijn", "een naam in gewone letters", "Hernoem het bestand."
    defects += [Defect(name, "", found, allowed, remedy, rule="name_marks") for name in unwritten(where)]
    for path in sorted(where.deliveries.rglob("*")):
        if marks(path.name):
            name, found = MARKS.sub("?", named(path, where)), f"tekens als {marks(path.name)}"
            defects.append(Defect(name, "", found, "een naam zonder", "Hernoem het bestand.", rule="name_marks"))
    return defects


def _unexpected(where: paths.EditionPaths, sources: list[Source]) -> list[Defect]:
    patterns = ", ".join(source.pattern for source in sources)
    remedy = "Hoort het bij een bron? Hernoem het dan, of pas `pattern` in data/sources.yml aan. Haal het anders weg."
    return [
        Defect(name, "", "een bestand dat bij geen bron hoort", patterns, remedy, rule="file_unexpected")
        for name in unexpected(where, sources)
    ]


def _changed(received: Received, names: Iterable[str]) -> list[Defect]:
    defects = []
    for name in names:
        versions = received.get(name, [])
        if len(versions) > 1:
            old, new = versions[-2:]
            rows = f"was {old.rows} rijen van {old.date:%d-%m-%Y}, nu {new.rows}"
            found = f"een andere inhoud sinds {new.date:%d-%m-%Y} ({rows})"
            remedy = "Was dit de bedoeling? Cijfers die al zijn gedeeld, kunnen veranderen."
            defects.append(Defect(name, "", found, "dezelfde inhoud", remedy, rule="delivery_changed"))
    return defects


def _accounted(notes: dict[str, dict]) -> list[Defect]:
    """Accounts of files that are missing, are not closed, disagree with the rows that were mapped, or hold a doubt."""
    defects = []
    for key, note in notes.items():
        found = [each for name, parts in note["parts"].items() for each in account.check(name, account.load(parts))]
        if not note["left_out"] and not any(problem["level"] == "refuse" for problem in note["problems"]):
            found += [_missing(entry["file"]) for entry in note["received"] if not note["parts"].get(entry["file"])]
            found += _against_mapped(note)
        defects += [defect.of(key) for defect in found]
    return defects


def _missing(name: str) -> Defect:
    remedy = "Dit is een fout van de intake zelf: meld haar, en gebruik het bestand niet."
    return Defect(name, "", "geen verantwoording", "een verantwoording van elk deel", remedy, rule="account_missing")


def _against_mapped(note: dict) -> list[Defect]:
    """Rows that the reader says are used, against those whose values were mapped: several for each in a wide file."""
    defects = []
    for name, parts in note["parts"].items():
        used = sum(each.used for each in account.load(parts) if each.kind == "rijen")
        mapped = {each["rows"] for each in note["accounts"]}
        if used and any(rows == 0 or rows % used for rows in mapped):
            found = f"{used} rijen gebruikt, waarden van {max(mapped)} rijen"
            remedy = "Dit is een fout van de intake zelf: meld haar, en gebruik het bestand niet."
            defects.append(Defect(name, "", found, "evenveel rijen", remedy, rule="account_open"))
    return defects


def _breaks(sources: list[Source]) -> list[Defect]:
    """Questions that changed between successive waves, without a break in the later crosswalk."""
    waves = sorted((source for source in sources if source.wave is not None), key=lambda each: (each.table, each.wave))
    defects = []
    for before, after in zip(waves, waves[1:], strict=False):
        if before.table != after.table:
            continue
        old, new = crosswalks.load(before.crosswalk[0]), crosswalks.load(after.crosswalk[0])
        for column in sorted(set(old.columns) & set(new.columns) - set(new.breaks)):
            was, now = old.columns[column], new.columns[column]
            asked = was.question and now.question and _same_words(was.question) != _same_words(now.question)
            if asked or was.turned != now.turned:
                words = f"‘{now.question}’, in {before.wave} ‘{was.question}’"
                found = words if asked else "een schaal die omkeert"
                remedy = f"Leg in de crosswalk van {after.wave} onder `breaks` vast of de trend doorloopt."
                place = display(paths.CROSSWALKS / f"{after.crosswalk[0]}.yml")
                allowed = "dezelfde vraag, of een vastgelegde trendbreuk"
                defects.append(
                    Defect(place, column, found, allowed, remedy, rule="break_unrecorded", source=after.source)
                )
    return defects


def _same_words(question: str) -> str:
    return re.sub(r"\W+", " ", question).strip().lower()
