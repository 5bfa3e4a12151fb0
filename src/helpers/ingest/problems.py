"""What is wrong with a delivery, in the words of those who must mend it, and which rule says so.

Problems of deliveries speak Dutch: researchers read them on the intake page and forward them to the sender.
A rule *refuses* or *warns*; ``parameters/intake.yml`` sets that per rule (:mod:`helpers.ingest.rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from helpers.errors import Problem, Problems
from helpers.ingest.words import told

RULES: dict[str, tuple[str, str]] = {
    # what arrived
    "delivery_missing": ("Een levering ontbreekt", "refuse"),
    "delivery_double": ("Meer bestanden dan verwacht", "refuse"),
    "delivery_same": ("Twee bestanden met dezelfde inhoud", "refuse"),
    "delivery_changed": ("Een levering is veranderd sinds de vorige intake", "warn"),
    "file_unexpected": ("Een bestand dat bij geen bron hoort", "warn"),
    "file_link": ("Een koppeling of pijp in plaats van een bestand", "refuse"),
    "name_marks": ("Een naam met tekens die de leesrichting omkeren, of die geen tekst zijn", "refuse"),
    "file_unreadable": ("Een bestand is niet te lezen", "refuse"),
    "file_unfinished": ("Een tekstbestand dat midden in een regel ophoudt", "warn"),
    "text_encoding": ("Tekst die misschien verkeerd is gelezen", "warn"),
    "decimal_differs": ("Kolommen met verschillende decimaaltekens", "warn"),
    "rows_unproven": ("Een formaat dat niet zegt hoeveel rijen het heeft", "warn"),
    "log_elsewhere": ("Het logboek kan niet bij de leveringen staan", "warn"),
    "checksum": ("Een bestand is niet wat de afzender verstuurde", "refuse"),
    "account_missing": ("Een bestand zonder verantwoording", "refuse"),
    "account_open": ("Niet alles in een bestand is verantwoord", "refuse"),
    "account_doubt": ("Iets in een bestand is misschien niet goed gelezen", "warn"),
    "table_second": ("Meer dan één tabel op een blad", "refuse"),
    # columns
    "column_missing": ("Een kolom ontbreekt", "refuse"),
    "column_unexpected": ("Een kolom die niemand verwacht", "refuse"),
    "column_double": ("Een kolom komt twee keer voor", "refuse"),
    "no_rows": ("Een bestand zonder rijen", "refuse"),
    # values
    "code_unknown": ("Een code die de crosswalk niet kent", "refuse"),
    "label_conflict": ("Een label zegt iets anders dan de crosswalk", "refuse"),
    "missing_conflict": ("De afzender noemt een code ontbrekend, de crosswalk niet", "refuse"),
    "value_type": ("Een waarde van de verkeerde soort", "refuse"),
    "value_range": ("Een waarde buiten de grenzen", "refuse"),
    "share_scale": ("Aandelen die breuken lijken in plaats van procenten", "refuse"),
    "value_required": ("Een lege cel waar iets moet staan", "refuse"),
    "code_brin": ("Geen BRIN-code", "refuse"),
    "key_double": ("Een sleutel komt twee keer voor", "refuse"),
    "weight_invalid": ("Een gewicht dat ontbreekt of niet positief is", "refuse"),
    "weight_sum": ("De gewichten tellen niet op", "warn"),
    "missing_share": ("Veel ontbrekende antwoorden", "warn"),
    # privacy
    "identifier_column": ("Een kolom met persoonsgegevens", "refuse"),
    "identifier_dropped": ("Een kolom met persoonsgegevens is weggelaten", "warn"),
    "identifier_text": ("Persoonsgegevens in een open antwoord", "refuse"),
    "name_in_text": ("Mogelijk een naam in een open antwoord", "warn"),
    # focus groups
    "fragment_conflict": ("Een fragment dat niet is wat het bestand zelf noemt", "refuse"),
    "coding_unread": ("Een codering die niet te lezen is", "refuse"),
    "coding_not_text": ("Coderingen van wat geen tekst is", "warn"),
    "variable_double": ("Een kenmerk met twee waarden", "refuse"),
    # incidents
    "incident_overview": ("Het overzicht van incidentleveringen klopt niet", "refuse"),
    "incident_file": ("Een incidentbestand is niet te plaatsen", "refuse"),
    "incident_sheet": ("Een blad met incidenten waarvan niet zeker is of het telt", "refuse"),
    "incident_column": ("Een kolom met getallen waarvan niet zeker is wat zij zijn", "refuse"),
    "incident_reason": ("Een reden van niet aanleveren die niemand vrijgaf", "warn"),
    "incident_layout": ("Een indeling die niemand kent", "refuse"),
    "incident_category": ("Een soort incident die niemand kent", "refuse"),
    "incident_period": ("Een periode die niet te lezen is", "refuse"),
    "incident_count": ("Een aantal dat niet te lezen is", "refuse"),
    "incident_censored": ("Een aantal dat de instelling onleesbaar maakte", "warn"),
    "incident_double": ("Een soort en periode komen twee keer voor", "refuse"),
    "incident_total": ("Een totaal dat niet klopt", "warn"),
    "incident_other_code": ("Een bestand noemt een andere instelling", "refuse"),
    # across files
    "institution_unknown": ("Een instelling die het register niet kent", "refuse"),
    "institution_absent": ("Een instelling zonder respondenten", "warn"),
    "enrolment_hidden": ("Aantallen studenten die de bron verbergt", "warn"),
    "beyond_enrolment": ("Meer respondenten dan ingeschreven", "warn"),
    "jump_respondents": ("Een sprong in het aantal respondenten", "warn"),
    "jump_share": ("Een sprong in het veiligheidsgevoel", "warn"),
    "other_institution": ("Gegevens lijken van een andere instelling", "warn"),
    "break_unrecorded": ("Een vraag is veranderd zonder dat een trendbreuk is vastgelegd", "warn"),
}
"""Every rule: its title in Dutch, and what it does unless the settings say otherwise."""


@dataclass(frozen=True)
class Defect(Problem):
    """A :class:`Problem` of a delivery, found by ``rule`` in the files of ``source``.

    ``institution`` is the code of the one institution that it concerns, if it is one.
    """

    rule: str = "file_unreadable"
    source: str = ""
    institution: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: gevonden: {self.found}; toegestaan: {self.allowed}. {self.remedy}"

    def of(self, source: str) -> Defect:
        """The same, with its source filled in."""
        return replace(self, source=self.source or source)


class Unreadable(Problems):
    """A delivered file that cannot be read; carries one :class:`Defect`."""

    def __init__(
        self, file: str, found: str, allowed: str, remedy: str, where: str = "", rule: str = "file_unreadable"
    ) -> None:
        super().__init__("Een levering is niet te lezen:", [Defect(file, where, found, allowed, remedy, rule=rule)])


def judge(defects: Iterable[Defect], levels: Mapping[str, str]) -> list[Defect]:
    """Defects with the level that the settings give to their rule; those switched off are left out.

    Whatever a message quotes, an identifier in it is replaced by its kind here, and what cannot be seen is named.
    """
    judged = (
        replace(
            defect,
            level=levels.get(defect.rule, RULES[defect.rule][1]),
            **{part: told(getattr(defect, part)) for part in ("file", "where", "found", "allowed", "remedy")},
        )
        for defect in defects
    )
    return [defect for defect in judged if defect.level != "off"]


class Refused(Problems):
    """An edition whose deliveries cannot be used as they are: every refusal, and how to go on."""

    SHOWN = 40

    def __init__(self, edition: str, refusals: list[Defect], page: str) -> None:
        count = "1 probleem" if len(refusals) == 1 else f"{len(refusals)} problemen"
        super().__init__(f"De leveringen van editie '{edition}' zijn geweigerd ({count}):", refusals)
        lines = [self.title, *(f"  - {defect}" for defect in refusals[: self.SHOWN])]
        if len(refusals) > self.SHOWN:
            lines.append(f"  … en {len(refusals) - self.SHOWN} andere")
        self.args = ("\n".join([*lines, *how_to_go_on(edition, refusals), f"Alles bij elkaar: {page}"]),)


def how_to_go_on(edition: str, refusals: Iterable[Defect]) -> list[str]:
    """What to write in the edition's parameters to go on without what was refused."""
    entries = []
    for defect in refusals:
        parts = [f"source: {defect.source}"] if defect.source else []
        parts += [f"institution: {defect.institution}"] if defect.institution else []
        if parts:
            entries.append("    - {" + ", ".join(parts) + ', reason: "…"}')
    if not entries:
        return []
    shown = list(dict.fromkeys(entries))
    return [
        "Verder zonder een bron of instelling kan; zet dan in "
        f"parameters/editions/{edition}.yml wat u weglaat, en waarom:",
        "  without:",
        *shown[:8],
        *(["    …"] if len(shown) > 8 else []),
    ]
