"""Checks across files: what one delivery says against the others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import paths, schema
from helpers.ingest.problems import Defect
from helpers.ingest.rules import Limits
from helpers.sources import Source

SAFE = 4
"""Answers of 4 and 5 on the item ``feels_safe`` count as safe."""


@dataclass
class Deliveries:
    """The canonical tables of an edition, as far as they are there, and the notes of their intake."""

    where: paths.EditionPaths
    sources: list[Source]
    notes: Mapping[str, dict]
    limits: Limits
    _tables: dict[str, pd.DataFrame | None] = field(default_factory=dict)

    def table(self, source: Source) -> pd.DataFrame | None:
        """The canonical table of a source, only the columns that checks need; ``None`` if there is none."""
        if source.source not in self._tables:
            path = self.where.data / f"{source.source}.parquet"
            wanted = ("institution_id", "programme", "feels_safe", "name", "n_students", "delivered", "weight")
            columns = [name for name in wanted if name in schema.TABLES[source.table]]
            self._tables[source.source] = pd.read_parquet(path, columns=columns) if path.is_file() else None
        return self._tables[source.source]

    @cached_property
    def register(self) -> pd.DataFrame | None:
        """The register, by code; ``None`` if it was refused."""
        source = next(source for source in self.sources if source.table == "institutions")
        frame = self.table(source)
        return None if frame is None else frame.drop_duplicates("institution_id").set_index("institution_id")

    def counts(self, source: Source) -> pd.Series | None:
        """Rows by institution; ``None`` for a source without institutions, or without a table."""
        frame = self.table(source)
        left_out = self.notes[source.source]["left_out"]
        if frame is None or left_out or source.coverage == 0 or "institution_id" not in frame:
            return None
        return frame["institution_id"].value_counts().sort_index()


def check(deliveries: Deliveries) -> list[Defect]:
    """Everything that deliveries say against each other."""
    checks = (same_content, unknown_institutions, absent_institutions, beyond_enrolment, jumps, other_institution)
    return [defect for one in checks for defect in one(deliveries)]


def same_content(deliveries: Deliveries) -> list[Defect]:
    """The same content delivered under two names."""
    first: dict[str, str] = {}
    defects = []
    for key, note in deliveries.notes.items():
        for received in note["received"]:
            if note["left_out"] or any(code in received["file"] for code in note["left_out_institutions"]):
                continue
            other = first.setdefault(received["sha256"], received["file"])
            if other != received["file"]:
                remedy = "Een van de twee is niet wat de naam zegt: vraag het goede bestand."
                found = f"dezelfde inhoud als {other}"
                whose = _code_in(received["file"])
                defects.append(
                    Defect(
                        received["file"], "", found, "verschillende bestanden", remedy,
                        rule="delivery_same", source=key, institution=whose,
                    )
                )  # fmt: skip
    return defects


def _code_in(file: str) -> str:
    """The institution of whom a file is, if its name ends in a code."""
    found = re.search(rf"_({schema.INSTITUTION_PATTERN})\.\w+$", file)
    return found[1] if found else ""


def unknown_institutions(deliveries: Deliveries) -> list[Defect]:
    """Institutions in a source that the register lacks."""
    if deliveries.register is None:
        return []
    defects = []
    for source in deliveries.sources:
        counts = deliveries.counts(source)
        if counts is None or source.table == "institutions":
            continue
        for code, rows in counts[~counts.index.isin(deliveries.register.index)].items():
            found = f"instelling {code} in {rows} rijen, die het register niet kent"
            remedy = "Voeg de instelling toe aan het register, of verbeter de code."
            defects.append(
                Defect(
                    _file(deliveries, source), code, found, "een instelling uit het register", remedy,
                    rule="institution_unknown", source=source.source, institution=code,
                )
            )  # fmt: skip
    return defects


def _file(deliveries: Deliveries, source: Source) -> str:
    received = deliveries.notes[source.source]["received"]
    return received[0]["file"] if len(received) == 1 else source.pattern


def absent_institutions(deliveries: Deliveries) -> list[Defect]:
    """Institutions of the register without rows, where the source falls short of its expected coverage."""
    if deliveries.register is None:
        return []
    defects = []
    for source in deliveries.sources:
        counts = deliveries.counts(source)
        if counts is None or source.table in ("institutions", "incidents"):
            continue
        absent = [code for code in deliveries.register.index if code not in counts.index]
        share = 1 - len(absent) / max(len(deliveries.register), 1)
        if absent and share < source.coverage:
            shown = ", ".join(absent[:8]) + (f" en {len(absent) - 8} andere" if len(absent) > 8 else "")
            found = f"geen rijen van {len(absent)} instellingen ({shown})"
            allowed = f"rijen van minstens {source.coverage * 100:.0f} procent van de instellingen"
            remedy = "Deden zij niet mee? Vraag het de afzender."
            defects.append(
                Defect(
                    _file(deliveries, source), "", found, allowed, remedy, rule="institution_absent",
                    source=source.source, institution=absent[0] if len(absent) == 1 else "",
                )
            )  # fmt: skip
    return defects


def beyond_enrolment(deliveries: Deliveries) -> list[Defect]:
    """More respondents than students: a warning, because enrolment is of one date."""
    register = deliveries.register
    if register is None or register["n_students"].isna().all():
        return []
    defects = []
    for source in (source for source in deliveries.sources if source.table == "students"):
        counts = deliveries.counts(source)
        enrolled = register["n_students"].reindex(counts.index) if counts is not None else None
        for code in [] if counts is None else counts.index[(counts > enrolled).fillna(False).to_numpy(bool)]:
            remedy = "Controleer de code en het aantal in het register."
            allowed = f"hoogstens {enrolled[code]} studenten"
            defects.append(
                Defect(
                    _file(deliveries, source), code, f"{counts[code]} respondenten", allowed, remedy,
                    rule="beyond_enrolment", source=source.source, institution=code,
                )
            )  # fmt: skip
    return defects


def _waves(deliveries: Deliveries) -> list[tuple[Source, Source]]:
    """Pairs of successive waves of the same table."""
    pairs = []
    for table in sorted({source.table for source in deliveries.sources if source.wave is not None}):
        waves = sorted((s for s in deliveries.sources if s.table == table and s.wave), key=lambda s: s.wave)
        pairs += list(zip(waves, waves[1:], strict=False))
    return pairs


def jumps(deliveries: Deliveries) -> list[Defect]:
    """Institutions of which respondents, or the share feeling safe, jump between successive waves."""
    limits, defects = deliveries.limits, []
    for before, after in _waves(deliveries):
        old, new = deliveries.table(before), deliveries.table(after)
        if old is None or new is None:
            continue
        both = _by_institution(old).join(_by_institution(new), how="inner", lsuffix="_old", rsuffix="_new")
        for code, row in both.iterrows():
            ratio = row["n_new"] / row["n_old"]
            if (
                max(ratio, 1 / ratio) > limits.jump_respondents
                and max(row["n_old"], row["n_new"]) >= limits.jump_minimum
            ):
                found = f"{row['n_new']:.0f} respondenten, in {before.wave} {row['n_old']:.0f}"
                allowed = f"hoogstens {limits.jump_respondents:g} keer zoveel of zo weinig"
                defects.append(_jump(deliveries, after, str(code), found, allowed, "jump_respondents"))
            change = row["safe_new"] - row["safe_old"]
            if abs(change) > limits.jump_share and min(row["n_old"], row["n_new"]) >= limits.jump_minimum:
                found = (
                    f"{row['safe_new'] * 100:.0f} procent veilig, in {before.wave} {row['safe_old'] * 100:.0f} procent"
                )
                allowed = f"hoogstens {limits.jump_share * 100:.0f} procentpunt verschil"
                defects.append(_jump(deliveries, after, str(code), found, allowed, "jump_share"))
    return defects


def _by_institution(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame["feels_safe"].notna()
    safe = (frame["feels_safe"] >= SAFE).astype("float64").where(known)
    groups = safe.groupby(frame["institution_id"])
    return pd.DataFrame({"n": groups.size(), "safe": groups.mean()})


def _jump(deliveries: Deliveries, source: Source, code: str, found: str, allowed: str, rule: str) -> Defect:
    remedy = "Klopt de code? Is er gefuseerd, of anders gevraagd? Vraag het na."
    return Defect(
        _file(deliveries, source), code, found, allowed, remedy, rule=rule, source=source.source, institution=code
    )


def other_institution(deliveries: Deliveries) -> list[Defect]:
    """Institutions whose programmes look like another one's wave before, and not like their own.

    Likeness is the cosine between counts of respondents by programme.
    """
    limits, defects = deliveries.limits, []
    for before, after in _waves(deliveries):
        old, new = deliveries.table(before), deliveries.table(after)
        if old is None or new is None or "programme" not in old:
            continue
        likeness = _likeness(old, new)
        if likeness is None:
            continue
        for code in likeness.index.intersection(likeness.columns):
            others = likeness.loc[code].drop(code)
            if others.empty or likeness.loc[code, code] >= limits.likeness_own:
                continue
            if others.max() >= limits.likeness_other:
                found = f"opleidingen die in {before.wave} bij {others.idxmax()} horen"
                allowed = f"opleidingen die lijken op die van {code} in {before.wave}"
                remedy = "Zijn twee codes verwisseld? Vraag het de afzender."
                defects.append(
                    Defect(
                        _file(deliveries, after), code, found, allowed, remedy, rule="other_institution",
                        source=after.source, institution=code,
                    )
                )  # fmt: skip
    return defects


def _likeness(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame | None:
    """Cosine likeness of institutions: those of the new wave down, those of the old wave across."""
    counts = []
    programmes = pd.Index(pd.unique(pd.concat([old["programme"], new["programme"]]).dropna()))
    if programmes.empty:
        return None
    for frame in (new, old):
        known = frame.dropna(subset=["programme", "institution_id"])
        places = pd.Index(sorted(known["institution_id"].unique()))
        matrix = np.zeros((len(places), len(programmes)))
        rows, columns = places.get_indexer(known["institution_id"]), programmes.get_indexer(known["programme"])
        np.add.at(matrix, (rows, columns), 1)
        length = np.linalg.norm(matrix, axis=1, keepdims=True)
        counts.append((places, matrix / np.where(length == 0, 1, length)))
    (down, a), (across, b) = counts
    return pd.DataFrame(a @ b.T, index=down, columns=across)


def coverage(deliveries: Deliveries) -> pd.DataFrame:
    """Rows by institution (down) and source (across); missing where an institution has none.

    For incidents: number of figures, 0 for an institution that said it could not deliver.
    """
    register = deliveries.register
    codes = [] if register is None else list(register.index)
    frame = pd.DataFrame(index=pd.Index(codes, name="institution_id"))
    for source in deliveries.sources:
        counts = deliveries.counts(source)
        if counts is None or source.table == "institutions":
            continue
        if source.table == "incidents":
            own = deliveries.table(source)
            counts = own[own["delivered"].fillna(False).astype(bool)]["institution_id"].value_counts()
            told = own.loc[~own["delivered"].fillna(False).astype(bool), "institution_id"]
            counts = pd.concat([counts, pd.Series(0, index=pd.Index(told.unique()))])
        frame[source.source] = counts.reindex(frame.index)
    return frame
