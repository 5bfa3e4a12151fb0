"""Fragments of focus groups, in Dutch, invented: students and staff on the seven themes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from helpers.synthetic.files import write_xlsx
from helpers.synthetic.worlds import World

THEMES = {
    "discrimination": "Discriminatie, racisme en vooroordelen",
    "online_safety": "Online veiligheid",
    "lhbtqi": "Veiligheid lhbtqi+",
    "diversity_inclusion": "Diversiteit, inclusie en gelijke kansen",
    "aggression_violence": "Agressie en geweld",
    "sexual_violence": "Seksueel geweld",
    "discussions": "Discussies met gevolgen",
}
CODES = {
    "accepted_unsafety": "geaccepteerde onveiligheid",
    "work_placement": "stage",
    "mutual_support": "onderlinge steun",
    "mentor_trust": "vertrouwensband mentor",
    "atmosphere": "sfeer",
    "mentor_knowledge": "kennis mentor",
    "other": "overig",
}

SAID: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("discrimination", "students"): {
        "accepted_unsafety": (
            "Nee, discriminatie is er hier niet. Ja, er worden wel grappen gemaakt over waar je vandaan komt, maar dat hoort erbij.",
            "Eerst zei ik dat er niets speelt, maar als je zo doorvraagt: ik word wel anders aangekeken door mijn achtergrond.",
            "Ik merk dat ik anders behandeld word, maar je went eraan.",
        ),
        "work_placement": (
            "Op mijn stage vroegen ze of ik mijn hoofddoek af wilde doen.",
            "Ik heb dertig keer gesolliciteerd voor een stage; een vriend met een andere achternaam was na twee keer klaar.",
            "Op de stage werden opmerkingen gemaakt over mijn afkomst en ik durfde niets te zeggen.",
        ),
        "other": ("Er is geen ruimte voor mensen die anders denken.", "In de klas zit iedereen bij zijn eigen groep."),
        "mutual_support": ("Als iemand een rotopmerking krijgt, springen we als klas voor elkaar in de bres.",),
    },
    ("discrimination", "staff"): {
        "accepted_unsafety": ("Ik hoor woorden in de gang waar ik tien jaar geleden iets van had gezegd; nu loop ik door.",),
        "work_placement": ("Een leerbedrijf zei ronduit dat het liever een ander type student wilde.",),
        "mentor_knowledge": ("Ik weet niet goed wat ik moet zeggen als een student met zo'n verhaal van de stage komt.",),
        "other": ("Vooroordelen zitten ook bij ons in het team.",),
    },
    ("online_safety", "students"): {
        "accepted_unsafety": (
            "In de groepsapp wordt soms iemand helemaal afgemaakt, maar dat is gewoon de app.",
            "Foto's worden doorgestuurd. Dat is niet echt onveilig, dat is hoe het gaat.",
        ),
        "other": (
            "Er was een account met filmpjes van vechtpartijen bij school.",
            "Online durven mensen dingen te zeggen die ze in de klas niet zeggen.",
        ),
        "mentor_trust": ("Mijn mentor merkte aan mij dat er iets was met die foto; daar kon ik het kwijt.",),
    },
    ("online_safety", "staff"): {
        "mentor_knowledge": (
            "Wat er op die telefoons gebeurt, zien wij niet, en ik zou niet weten waar ik moet beginnen.",
            "Ik mis kennis over wat je doet bij doorgestuurde beelden.",
        ),
        "other": ("Een collega is zonder het te weten gefilmd en het stond dezelfde dag online.",),
    },
    ("lhbtqi", "students"): {
        "accepted_unsafety": (
            "Er is geen onveilige sfeer, we deden mee aan Paarse Vrijdag. Maar als je je anders kleedt, moet je niet raar opkijken als je wordt nageroepen.",
            "Als je het open laat zien, word je uitgelachen. Dan kies je er ook een beetje zelf voor, toch?",
        ),
        "other": ("Ik vertel het hier niet, dat bewaar ik voor thuis.", "Iemand is op het plein bedreigd omdat hij hand in hand liep."),
        "mutual_support": ("In mijn vriendengroep weet iedereen het en niemand doet er moeilijk over.",),
    },
    ("lhbtqi", "staff"): {
        "other": ("Ik ben er zelf open over en dat gaat goed, maar ik begrijp collega's die het niet zijn.",),
        "mentor_knowledge": ("Bij het naroepen van een student weet ik niet of ik moet ingrijpen of juist niet.",),
        "mutual_support": ("In ons team kan iedereen zichzelf zijn en dat merk je aan hoe we samenwerken.",),
    },
    ("diversity_inclusion", "students"): {
        "other": ("Met mijn beperking moet ik elke keer opnieuw uitleggen wat ik nodig heb.", "Niet elke docent gelooft dat je het niveau aankunt."),
        "mutual_support": ("We komen overal vandaan en eten toch samen; dat geeft een goed gevoel.",),
        "atmosphere": ("Als de sfeer goed is, maakt het niet uit wie je bent.", "De conciërge kent ons allemaal bij naam, dat doet veel."),
    },
    ("diversity_inclusion", "staff"): {
        "atmosphere": ("We tellen incidenten, maar het gaat om de sfeer in de klas.",),
        "mentor_trust": ("Wie aan het begin van het jaar tijd steekt in kennismaken, plukt daar het hele jaar de vruchten van.",),
        "other": ("Gelijke kansen staan in het beleid, maar in het rooster zie ik het niet terug.",),
    },
    ("aggression_violence", "students"): {
        "accepted_unsafety": (
            "Er wordt wel eens gevochten bij de fietsen, maar daar kijkt niemand van op.",
            "Dat jongens een mes bij zich hebben, dat weet je gewoon.",
        ),
        "other": ("Ik ga niet meer langs de achteringang.", "De sfeer was grimmig nadat er van buiten mensen naar school kwamen."),
        "mutual_support": ("We lopen samen naar de bus, dan gebeurt er niks.",),
    },
    ("aggression_violence", "staff"): {
        "mentor_knowledge": (
            "Bij een dreigende situatie weet niet iedereen wat hij moet doen.",
            "We hebben te weinig zicht op wat er in en om het gebouw gebeurt.",
        ),
        "mutual_support": ("Dat ik mijn collega kan roepen, maakt dat ik me veilig voel.", "Na dat incident stond het hele team om me heen."),
        "accepted_unsafety": ("Uitgescholden worden hoort er een beetje bij, zeggen we dan.",),
    },
    ("sexual_violence", "students"): {
        "accepted_unsafety": (
            "Nakijken en naroepen gebeurt elke dag. Dat is vervelend, maar niet onveilig.",
            "Pas als iemand je aanraakt, is het grensoverschrijdend, vind ik.",
            "Er wordt gefloten als je langsloopt. Zo zijn jongens nu eenmaal.",
        ),
        "mentor_trust": ("Toen het gebeurde, was mijn mentor de enige aan wie ik het durfde te vertellen.",),
        "work_placement": ("Op mijn stage maakte een oudere collega steeds opmerkingen over mijn lijf.",),
    },
    ("sexual_violence", "staff"): {
        "mentor_knowledge": ("Een student vertelde mij iets en ik wist niet bij wie ik moest zijn.",),
        "accepted_unsafety": ("Meiden vertellen pas bij doorvragen hoe vaak ze worden nageroepen.",),
        "other": ("Seksuele weerbaarheid zou een vast onderdeel van de lessen moeten zijn.",),
    },
    ("discussions", "students"): {
        "other": ("Over sommige oorlogen praten we niet meer, dat loopt uit de hand.", "Een discussie in de les werd in de pauze een vechtpartij."),
        "accepted_unsafety": ("Mijn mening houd ik voor me; zo doet iedereen het.",),
        "atmosphere": ("Bij een goede docent kun je alles zeggen, omdat de sfeer veilig is.",),
    },
    ("discussions", "staff"): {
        "other": ("Ik ga gesprekken over de actualiteit uit de weg, omdat ik de gevolgen niet overzie.",),
        "mentor_knowledge": ("Ik zou graag leren hoe je een fel gesprek in goede banen leidt.",),
        "mutual_support": ("We bereiden zulke lessen samen voor, dat geeft rust.",),
    },
}  # fmt: skip
IDENTIFYING = (
    ("discrimination", "students", "work_placement", "Op mijn stage in Zwolle zei Jorrit tegen iedereen dat ik maar terug moest."),
    ("discrimination", "students", "accepted_unsafety", "Ik ben de enige Eritrese jongen van klas 3B en daar worden grappen over gemaakt."),
    ("discrimination", "staff", "other", "De veiligheidscoördinator is hier ook de directeur, dus daar klaag je niet over vooroordelen."),
    ("online_safety", "students", "other", "Het filmpje stond vorige dinsdag al op @vechten_bij_ons."),
    ("lhbtqi", "students", "other", "Hier op {name} vertel ik niet op wie ik val."),
    ("lhbtqi", "staff", "other", "Als enige vrouw in team 4 die met een vrouw is, ben ik er open over."),
    ("diversity_inclusion", "students", "other", "Met mijn rolstoel kom ik lokaal B2.14 niet in, en Thirza moet me elke keer tillen."),
    ("diversity_inclusion", "students", "atmosphere", "Sinds Bilal conciërge is, kent iemand ons allemaal bij naam."),
    ("aggression_violence", "students", "other", "Op 12 maart stonden ze met messen in de Kerkstraat."),
    ("aggression_violence", "staff", "mutual_support", "Na dat incident stond teamleider Karima meteen naast me."),
    ("sexual_violence", "students", "accepted_unsafety", "Bij het station in Meppel word je elke avond nagefloten."),
    ("sexual_violence", "students", "mentor_trust", "Ik vertelde het alleen aan Noor, mijn mentor."),
    ("discussions", "students", "atmosphere", "Bij Youssef van burgerschap kun je alles zeggen."),
)  # fmt: skip
"""Fragments with what may not leave undecided; persons are invented. Each takes the place of the first one said of its
theme, participants and code, if the world has one."""

OPENINGS = (
    "",
    "Eerlijk gezegd: ",
    "Als ik erover nadenk: ",
    "Vorig jaar nog. ",
    "Vaak genoeg. ",
    "Bij ons op de afdeling: ",
)


def write_fragments(path: Path, world: World, rng: np.random.Generator) -> None:
    """One row a coded fragment, with whether the speaker agreed to be quoted."""
    places = world.institutions["institution_id"].to_numpy()
    places = rng.permutation(places[places != "99AC"])
    rows: list[list[object]] = [["Groep", "BRIN", "Deelnemers", "Thema", "Code", "Fragment", "Citeren toegestaan"]]
    pool = [
        (theme, who, code, text)
        for (theme, who), codes in SAID.items()
        for code, texts in codes.items()
        for text in texts
    ]
    order = np.concatenate([rng.permutation(len(pool)) for _ in range(world.fragments // len(pool) + 1)])
    groups = {"students": [], "staff": []}
    for number in range(world.focus_groups):
        groups["students" if number % 5 < 3 else "staff"].append(number)
    for place, index in enumerate(order[: world.fragments]):
        theme, who, code, text = pool[index]
        number = groups[who][int(rng.integers(len(groups[who])))]
        opening = OPENINGS[(place // len(pool) + int(index)) % len(OPENINGS)]
        said = opening + (text[0].lower() + text[1:] if opening.endswith(": ") else text)
        rows.append(
            [
                f"FG{number + 1:02d}", places[number % len(places)],
                {"students": "studenten", "staff": "medewerkers"}[who], THEMES[theme], CODES[code], said,
                "ja" if rng.random() < 0.7 else "nee",
            ]
        )  # fmt: skip
    _plant(rows[1:], dict(zip(world.institutions["institution_id"], world.institutions["name"], strict=True)))
    header, body = rows[0], sorted(rows[1:], key=lambda row: row[0])
    write_xlsx(path, {"Fragmenten": [header, *body]})


def _plant(rows: list[list[object]], names: dict[str, str]) -> None:
    """Put the identifying fragments in their places; everything but the text stays."""
    for theme, who, code, text in IDENTIFYING:
        kind = [{"students": "studenten", "staff": "medewerkers"}[who], THEMES[theme], CODES[code]]
        row = next((row for row in rows if row[2:5] == kind), None)
        if row is not None:
            row[5] = text.format(name=names[row[1]])
