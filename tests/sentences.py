"""Sentences as focus groups say them; what must be found stands between braces, behind the finder that finds it.

``TABLE`` shows each finder what to find, and finders were mended until they passed it; ``UNSEEN`` was written after its
first hundred and no rule was changed for it, so that it measures (a head scarf became a find later).
"""

from __future__ import annotations

import re

TABLE = """
Toen {name|mevrouw Jansen} wegging, werd het erger.
Ik heb het tegen {name|meneer de vries} gezegd en die lachte erom.
{first_name|Fatima} en ik werden nagefloten bij de bus.
{first_name|Yasmina} werd uitgescholden en niemand deed iets.
Mijn {name|mentor Mark} zei dat het wel meeviel.
Toen kwam {first_name|Roos} binnen en werd het stil.
Het was {first_name|kevin} weer, die maakt overal een grap van.
De {function|coördinator} luisterde, maar {name|J. de Vries} niet.
De {function|coördinator} deed niets.
Iedereen weet dat {name|mentor joris} niet durft in te grijpen.
Die jongen heet {name|Abdel} en hij zit altijd achterin.
Ik vind {capital|Krisztina} aardig, maar ze wordt gepest.
{first_name|Shaniqua} zei dat ze niet meer komt.
Dat zag {first_name|Sem's} vader ook.
We hebben het aan {first_name|Anne-Fleur} verteld.
Ze {looks|noemden hem Dikke} en dat bleef zo.
Op het {institution|ROC Proefstad} is dat normaal.
Bij {institution|De Kleine Letter} kent iedereen elkaar.
Toen ik nog op {institution_part|Proefstad} zat, was het anders.
Op {institution_word|proefstad} durf je dat niet.
Dat was bij {institution_part|Modelveld}, niet hier.
De code van onze school is {institution|99AA}.
Wij vallen onder {brin|25LH} en daar gelden andere regels.
Op het {school|Regenboog College} was het nog erger.
Ik kom van {school|ROC van Wolkenland} en daar was meer toezicht.
Daarvoor zat ik op het {school|Fantasialyceum}.
Op de {school|Hogeschool Luchtkasteel} let niemand op je.
Ik woon in {place|Rotterdam} en reis elke dag.
In de {place|Schilderswijk} kijkt niemand daarvan op.
{place|Zwolle} is veilig, maar de trein niet.
Ik durf niet alleen door {place|capelle aan den ijssel} te fietsen.
Bij het station van {place|amersfoort} staan ze altijd.
Mensen uit {place_small|assen} praten anders, zeggen ze.
In {place|Den Haag} gebeurt dat elke week.
De jongens uit {place|Twente} blijven bij elkaar.
Hij woont in {place|Noord-Brabant} en doet daar stage.
Ik zit in {place|Rotterdam-Zuid} op school.
Mijn ouders komen uit {origin|Marokko} en dat hoor ik elke dag.
Ze zeggen {origin|Syriër} tegen mij alsof dat een scheldwoord is.
Als {origin|marokkaanse} jongen word je altijd gecontroleerd.
Het was in de {address|Kerkstraat} bij het park.
Hij stond me op te wachten bij {address|Dorpsstraat 12}.
Ik woon aan de {address|molenweg 3a}, daar vlakbij.
Mijn postcode is {contact|3511 AB}, dus dat is dichtbij.
Bel me maar op {contact|06-12345678}.
Stuur het naar {contact|j.jansen@voorbeeld.nl} en dan gebeurt er niets.
Het filmpje stond op {online|@vechten_bij_ons}.
Kijk op {online|www.voorbeeld.nl} en je ziet het zelf.
Mijn studentnummer {number|2034567} stond op dat briefje.
Op {date|12 maart} stonden ze met messen voor de deur.
Sinds {date|maart 2021} kom ik niet meer in de kantine.
Dat was {date|3-10-2022} en ik weet het nog goed.
In {moment|2021} was het hier een chaos.
In {moment|2020/2021} hadden we alleen les online.
Dat gebeurde {moment|vorige dinsdag} nog bij de fietsen.
Het was {moment|gisteren} weer raak.
Tijdens de pauze om {moment|10.45 uur} ging het mis.
{moment|Drie weken geleden} stond er een auto met jongens.
{moment|Afgelopen zomer} is hij van school gestuurd.
Ik ben {age|zeventien} en ik durf niet alleen naar huis.
Een jongen van {age|16 jaar} had een mes bij zich.
Een {age|17-jarig} meisje werd lastiggevallen.
Ik werk hier {age|dertig jaar} en zag het veranderen.
Ik zit in {group|klas 3B} en daar gebeurt het elke dag.
In de {group|MZ21A} zit niemand die iets zegt.
In {group|lokaal 2.14} zie je niet wie er binnenkomt.
Bij ons in {group|team 4} durft niemand iets te zeggen.
De {function|directeur} weet ervan en doet niets.
Onze {function|teamleider} stuurde hem naar huis.
Vraag het de {function|veiligheidscoördinator}, die is er nooit.
De {function|conciërge} kent ons allemaal bij naam.
Mijn {function|docent wiskunde} maakt er grappen over.
De {function|wijkagent} komt wel eens langs.
Onze {function|onderwijsdirecteur} luisterde niet.
{attribute|Als enige vrouw} in het team hoor ik dat elke dag.
Ik ben {attribute|de enige moslim} in mijn klas.
Met mijn {attribute|rolstoel} kom ik nergens binnen.
Ze weten dat ik {attribute|transgender} ben en dat gebruiken ze.
In het {attribute|azc} vertel ik daar niets over.
Onze {function|teamleider} is {belief|gelovig} en dat merk je.
Ik doe de {programme|opleiding tot beveiliger} en dan zeggen ze dat.
Ik ga naar school en meestal is de sfeer goed.
Dan loop je door, want anders krijg je ruzie.
Wil je dat iedereen meedoet, dan moet je iets doen.
Op maandag is het altijd rustig in de gang.
Vorig jaar nog. Het hoort erbij.
Vorig schooljaar was het rustiger dan nu.
Eerlijk gezegd: nooit iets van gemerkt.
We deden mee aan Paarse Vrijdag en dat was mooi.
Op Instagram en Snapchat gaat het door.
Het mbo is anders dan de middelbare school.
In Nederland kun je gewoon zeggen wat je denkt.
Tien jaar geleden had ik daar iets van gezegd.
Mijn mentor is de enige aan wie ik het vertelde.
Het is een keer of drie gebeurd, en daarna niet meer.
Iemand riep: "Ga weg!" en iedereen lachte.
Hij zei dat het een grap was. Zo gaat dat.
In de groepsapp wordt soms iemand afgemaakt.
Mannen in de trein fluiten naar ons.
Meiden vertellen pas bij doorvragen hoe vaak het gebeurt.
Bij de fietsen wordt wel eens gevochten.
Docenten grijpen niet in als het gebeurt.
Ik heb dertig keer gesolliciteerd voor een stage.
Op mijn stage vroegen ze of ik mijn {looks|hoofddoek} af wilde doen.
We lopen samen naar de bus, dan gebeurt er niks.
Om acht uur begint de les en dan is het druk.
Je mentor merkt aan je dat er iets is.
Wij zitten met 25 studenten in een klein lokaal.
Een derde van de klas doet niet mee.
Oudere studenten letten op de jongere.
Schelden is hier normaal. Klagen helpt niet.
Het BBL-team en het BOL-team doen dat verschillend.
Na de les bleef ik zitten om het te vertellen.
Die grens is voor iedereen anders, denk ik.
Best veel mensen durven niets te zeggen.
{event|de dag na Koningsdag} was ik bang.
Het was {event|de donderdag voor de kerstvakantie}.
Met {event|carnaval} werd er gevochten.
Dat was {event|op de avond van het schoolfeest}.
{event|De week na de meivakantie} kwam hij terug.
Tijdens de {event|ramadan} waren er veel grappen.
Op de {event|eerste schooldag} werd ik al uitgelachen.
Na het {event|suikerfeest} kwamen ze me halen.
Vlak voor {event|Sinterklaas} stond er iets op de muur.
Op {event|de dag dat} de toetsen begonnen was er ruzie.
Bij de {event|diploma-uitreiking} riepen ze mijn naam.
Op de {event|open dag} werd ik nagefloten.
Dat gebeurde in de {event|introductieweek}.
{event|Sinds die steekpartij} durf ik niet meer.
{event|De maandag na Pasen} lag alles in puin.
{event|Twee dagen na de verkiezingen} begon het.
{event|Op kamp} hebben ze me opgesloten.
{event|Tijdens de WK-finale} sloegen ze de boel kort en klein.
Dat was op {event|oudejaarsavond}.
Het begon {event|de week voordat} we examen deden.
Tijdens {event|Eid} mocht ik niet vrij.
op de {event|laatste lesdag} kreeg ik klappen.
met {event|hemelvaart} was de school dicht en toen hebben ze ingebroken.
{event|de ochtend na het gala} zat hij te huilen.
We nemen altijd {route|bus 47}.
In {route|lijn 5} word ik nageroepen.
{route|tram 12} is het ergst.
Ik zit elke dag {route|in de 47} naar school.
Bij {route|halte stationsplein} staan ze te wachten.
In {route|metro E} durf ik niet.
de {route|trein van kwart over acht} zit altijd vol jongens.
Ik {route|pak de 300} en daar begint het al.
Op {route|perron 4} werd ik geduwd.
Ik fiets {route|langs de n201} en word uitgescholden.
In de {place|sprinter naar Zwolle} is het raak.
In {route|buslijn 73} zitten altijd dezelfde gasten.
Op {group|spoor 2b} stonden ze.
de {route|bus van half negen} is een hel.
de {place|intercity tussen Meppel en Zwolle} is vol.
Bij {route|afslag 12} is het gebeurd.
de {route|pont van tien over acht} zit vol.
Ik neem {route|nachtbus 81}.
In {route|lijn negen} zit hij ook.
Toen kwam {unknown|gülşen} binnen.
Ik zat naast {unknown|wojciech} en die lachte.
{first_name|krzysztof} zei dat het niet mocht.
Mijn {name|vriendin agnieszka} wordt gepest.
Ze noemden {first_name|nguyen} een spleetoog.
We zeiden tegen {unknown|oluwaseun} dat hij moest stoppen.
En {unknown|tewodros} liep weg.
Volgens {first_name|zeyneb} valt het mee.
De hele groep was tegen {unknown|jędrzej}.
{first_name|shaniqua} durft niet.
{first_name|mohamed} en {first_name|ayoub} doen dat ook.
Ze zeggen dat {origin|pools} zijn raar is.
Hij is {origin|pools} en dat hoor je.
Die {origin|pool} werkt altijd door.
Ik ben {origin|turk} en ik ben er trots op.
Een {origin|eritreeër} in onze klas wordt gepest.
De {origin|bulgaren} krijgen de schuld.
Zij is {origin|oekraïense} en spreekt geen Nederlands.
Als {origin|somaliër} ben je altijd de pineut.
De {origin|antillianen} kregen straf.
Hij is half {origin|braziliaans}.
Mijn ouders zijn {origin|vietnamees}.
Ze komt uit {origin|ghana}.
Die {origin|afghaan} uit de andere klas.
Een {origin|koerdische} jongen en een {origin|irakees}.
Een meisje uit {origin|ethiopië}.
Ze noemen me {origin|hindoestaan}.
De {origin|rotterdammers} zijn luid.
Ik ben {origin|chinees} en dan roepen ze dingen.
Een {origin|letse} jongen.
Ik ben {origin|molukker}.
Hij is {origin|gambiaan}.
Die {origin|filipijnse} mevrouw.
We hebben {initials|dhr. v.d. B.} gesproken.
{initials|mevr. K.} deed niets.
{initials|meneer B.} lachte erom.
{initials|juf S} zegt nooit iets.
Volgens {initials|J. v. D.} mocht dat.
{initials|M.} zat naast me.
Mijn mentor, {initials|mw. de V.}, was boos.
Ik vertelde het aan {initials|j.k.} en die zweeg.
{initials|A.B.} uit mijn klas.
Ook {initials|meester p.} weet het.
Mijn {initials|klasgenoot R.} werd geslagen.
{initials|dhr van d. H} geeft les.
Mijn {family|vader is imam} en dat weten ze.
Mijn {family|oom is wethouder} hier.
Haar {family|moeder zit in de gemeenteraad}.
Hij is {family|de zoon van de burgemeester}.
Mijn {family|broer voetbalt} bij een club.
Mijn {family|vader heeft een snackbar} om de hoek.
De {family|wethouder is mijn tante}.
Zijn {family|opa was dominee} en dat hoor je.
{family|Mijn zus werkt hier} in de kantine.
Haar {family|vader is een bekende} rapper.
Ze is {family|de dochter van de conciërge}.
Mijn {family|moeder werkt bij de politie}.
{family|Mijn broertje zit ook hier} op school.
Ik ben een {family|domineesdochter}.
Omdat {family|mijn vader, een bekende voetballer}, erbij was.
Mijn {family|neef zit in de tweede kamer}.
mijn {family|pa is huisarts} in het dorp.
Mijn {family|stiefvader} sloeg me.
In het {building|gebouw aan de kerkstraat} durf ik niet.
In {group|vleugel B} is het onrustig.
Op de {building|derde verdieping} hangen ze rond.
Op {building|locatie zuid} is geen toezicht.
In het {building|rode gebouw} is het erger.
de {building|school naast de moskee} is onveilig.
In {group|gebouw 2} zitten de ouderen.
In {building|blok C} wordt gedeald.
Op de {building|vestiging bij het station} werd ik geslagen.
In {building|hal 3} staat niemand.
Op de {building|campus aan het kanaal} is het druk.
aan de {address|molenstraat} wachten ze me op.
Op de {building|vierde etage} is het stil.
Ze zeggen iets over mijn {looks|rode haar}.
Die jongen met {looks|blauw haar} wordt gepest.
Met mijn {looks|hoofddoek} word ik anders behandeld.
Het {looks|lange meisje} uit mijn klas.
Ik {looks|ben twee meter} lang en dat zien ze.
Hij heeft een {looks|tattoo} in zijn nek.
Dat meisje met die {looks|piercing} in haar neus.
Ze heeft een {looks|litteken} op haar wang.
Hij heeft {looks|krullen} en {looks|sproeten}.
Ik {looks|ben te dik}, zeggen ze.
Ze lachen om mijn {looks|beugel}.
Hij is {looks|kaal} en heeft een {looks|baard}.
Door mijn {looks|donkere huid} word ik gecontroleerd.
Ze {looks|is heel klein} en wordt opgetild.
Met een {attribute|keppeltje} op durf ik niet.
Hij {attribute|stottert} en dan lachen ze.
Zij {looks|mist een vinger}.
Ik ben {looks|albino}.
Met mijn {looks|scootmobiel} kom ik er niet.
Hij is de {looks|kleinste van} de klas.
Die jongen met {looks|dreadlocks}.
Ze draagt een {looks|djellaba}.
Ik heb {looks|acne} en dat zien ze.
Ik {looks|ben gezet}.
In {place_near|roterdam} is het erger.
Ik woon in {place_near|amersfort}.
Ik zat op het {school_small|zilvermeer college}.
Eerst ging ik naar {school_small|wolkenlyceum}.
Dat was bij {institution_near|proefstat}, vorig schooljaar.
Op {institution_near|Modelvelt} is dat normaal.
Bij {institution_near|de kliene letter} durft niemand iets.
Ik neem altijd de bus naar huis.
Met 25 man in de bus is het druk.
De dag erna was alles weer gewoon.
Elke dag na school is het raak.
In de pauze van vandaag was het rustig.
Mijn moeder belde de docent en die deed er iets aan.
Mijn ouders zeggen dat ik moet doorzetten.
Mijn vader en moeder weten het niet.
Mijn vriendin vertelde het aan haar mentor.
Het gebouw is oud en er is geen toezicht.
Bij de ingang staan altijd mensen.
Ze zeggen dat haar gedrag niet goed is.
Dat is een dikke onvoldoende voor de school.
Ik ben klein begonnen met praten erover.
Ze kijken naar wat je aanhebt en hoe je loopt.
Ik let op mijn spullen in de kantine.
De sfeer op het schoolplein wisselt per dag.
Dat vind ik o.a. door de drukte moeilijk.
Nou ja, d.w.z. als er niemand kijkt.
We appen elkaar als iemand zich onveilig voelt.
Hahaha, dat is chill, bro.
Dat is gewoon hoe wij met elkaar praten, snap je.
Iedereen heeft armen en benen nodig bij gym.
Een goed college begint met een rustige groep.
De achteringang en het fietshok zijn donker.
"""

UNSEEN = """
Ik zei tegen {first_name|Mohammed} dat hij moest stoppen en toen werd hij boos.
{first_name|Ben} zei dat ik niet zo moest zeuren.
{first_name|Wil} heeft het gezien, die staat altijd bij de deur.
Die ene, {first_name|Jayden}, loopt altijd met een mes.
vraag maar aan {first_name|dewi}, die was erbij.
Bij {name|juf Willemijn} kun je altijd terecht.
Ik heb het tegen {name|mevrouw El Amrani} verteld, maar die deed niks.
Toen belde {name|meneer Van der Wolk} mijn ouders.
{first_name|Lotte} van de kantine weet alles.
{first_name|Zoë} en {first_name|Femke} zijn daarom van school gegaan.
Onze mentor, {name|P.J. Dekker}, kwam er pas later achter.
Iedereen noemt hem {first_name|Beer} en dat vindt hij niet leuk.
De docent zei: "Ga jij maar naar {first_name|Anouk}, die lost het op."
{first_name|Thijs} durft niet meer alleen naar de fietsenstalling.
Mijn beste vriend {first_name|Tarik} krijgt nergens een stage.
Bij {capital|Bakkerij} {capital|Zonnig} zeiden ze dat mijn {looks|hoofddoek} niet paste.
Ik loop stage bij {capital|Garage} {capital|Verhoef} en daar wordt gescholden.
Op het {school|Lentis College} in de stad was dat heel anders.
Bij ons op {institution_part|Modelveld} wordt het weggelachen.
Ik deed eerst {school|mbo Wolkenrijk}, maar daar werd ik gepest.
De {school|Vuurtorenschool} waar ik eerst zat, deed er wel wat aan.
Ik reis elke dag uit {place|Almere} en in de trein begint het al.
In {place|Emmen} heb je dat soort dingen niet.
In {place|Overvecht} ben ik opgegroeid, ik ben wel wat gewend.
Bij ons in het {place|Westland} werken veel jongens in de kassen.
Ik kom uit {place_small|gouda} en daar is het rustiger.
Rond het {address|Leidseplein} moet je niet alleen lopen.
In de {place|Biesbosch} doen we buitenlessen en daar is geen bereik.
Mijn moeder is {origin|Poolse} en daar maken ze accentgrappen over.
Ze vragen altijd of ik {origin|Turks} ben.
Als {origin|Surinamer} krijg je dat soort opmerkingen vaker.
Ik ben uit {origin|Eritrea} gevlucht en dat weten ze.
Op {date|5 mei} was er een vechtpartij op het plein.
Op de dag na Koningsdag {moment|2022} was het mis.
In {moment|november} is er iemand neergestoken voor de deur.
Dat was {moment|vorige week} in de aula.
{moment|Twee dagen geleden} stonden ze er weer.
Rond {moment|half januari} kwam de politie erbij.
Ik ben net {age|18} geworden en ik mag dat zelf weten.
Hij is {age|eenentwintig} en zit tussen kinderen van zestien.
Wij van {group|groep 2} zien dat elke week gebeuren.
In {group|V2B} zit een jongen die iedereen opwacht.
In {group|gebouw C} durft niemand naar het toilet.
De {function|portier} laat iedereen zomaar binnen.
Onze {function|vertrouwenspersoon} werkt alleen op dinsdag.
De {function|locatiedirecteur} zegt dat het wel meevalt.
De {function|gymleraar} kijkt te lang naar ons.
Mijn {function|stagebegeleider} zei dat ik mij niet aan moest stellen.
De {function|leraar Duits} maakt grappen over vrouwen.
Onze {function|afdelingsmanager} wil er niets over horen.
Ik ben {attribute|de enige jongen} in een klas vol meiden.
Ik ben {attribute|slechthorend} en dan lachen ze als ik iets verkeerd versta.
Wij zijn getuige van {attribute|Jehova} thuis en dat wist iedereen.
Sinds mijn {attribute|transitie} groet hij me niet meer.
Mijn broer zat in de {attribute|gevangenis} en dat gebruiken ze tegen me.
Mijn {function|teamleider} is {belief|islamitisch} en begrijpt het wel.
Ik doe de {programme|opleiding tot kraanmachinist} en daar is het een mannenwereld.
Ik heet {name|Soraya} en ik wil dat best zeggen.
Mail het naar {contact|info@voorbeeld.org}, zeiden ze.
Mijn nummer eindigt op {contact|06 1234 5678}, bel gerust.
Mijn vriendin durft niet meer in haar rok naar school.
Ze zeggen dat je er zelf om vraagt, maar dat is onzin.
Als je iets meldt, hoor je er daarna nooit meer iets van.
Door die grap voelde ik me klein.
Wat er online gebeurt, nemen ze mee de klas in.
Jongens zijn nu eenmaal zo, hoor je dan.
Zo'n opmerking blijft de hele dag in je hoofd zitten.
Bij gym kijken ze naar je lichaam.
Mijn ouders zeggen dat ik het moet melden.
Nou, laat ik het zo zeggen: fijn is het niet.
Omdat je niet weet wie je kunt vertrouwen, zeg je niks.
Tijdens de pauze sta ik altijd bij dezelfde mensen.
Op school voel ik me veilig, in de bus niet.
Volgens mij weet de helft niet waar je iets kunt melden.
Echt waar, ik heb het drie keer gezegd.
Na een incident praten we er in het team over.
Studenten met een rugzakje krijgen hier extra hulp.
Grenzen stellen moet je leren, ook als docent.
Het hangt van de docent af of er iets mee gebeurt.
Van de leiding hoor ik er weinig over.
Hij bood zijn excuses aan en toen was het klaar.
Soms denk ik: waarom zegt niemand er iets van?
Gewoon doorlopen, muziek in, niet kijken.
We hebben het er in de mentorles over gehad.
Heel soms grijpt iemand in, meestal niet.
Sommige ouders bellen meteen naar school.
Je leert hier om voor jezelf op te komen.
Die docent noemt ons bij de voornaam en dat is fijn.
Met Kerst is er een diner voor de hele school.
Het meldpunt op de website kan niemand vinden.
"""


def parse(table: str) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """Each sentence without marks, with what must be found: finder, start and end."""
    return [_parse(line) for line in table.strip().splitlines() if line.strip()]


def _parse(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, wanted, last = "", [], 0
    for mark in re.finditer(r"\{(\w+)\|([^}]+)\}", line):
        text += line[last : mark.start()]
        wanted.append((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        last = mark.end()
    return text + line[last:], wanted
