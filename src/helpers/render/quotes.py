"""The page on which a researcher decides about quotes: every candidate, what was found in it, and a block to paste.

It shows what participants said, so it stays among the outputs, which git ignores, and is not published.
``python -m helpers.render.quotes <edition>`` writes it; exit code 1 if reports wait for a decision, or if the decisions
cannot be used.
"""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from pathlib import Path

import yaml

from helpers import dutch, paths, schema, settings
from helpers.errors import MonitorError, exit_code
from helpers.files import display
from helpers.publish import literal
from helpers.quotes import decisions
from helpers.quotes.finders import Find, Level
from helpers.quotes.pool import OUTCOMES, PER_CODE, Fragment, Pool, load
from helpers.render import preview
from helpers.render.intake import table

LEVELS = {
    Level.NEVER: "mag nooit blijven staan",
    Level.IDENTIFIES: "noemt iemand, een plaats, een school of een dag",
    Level.REVIEW: "kan iemand herkenbaar maken",
}
WHO = {"students": "student", "staff": "medewerker"}


def render(edition: str, pool: Pool) -> Path:
    """Write ``outputs/<edition>/quotes/index.html``; the folder appears whole. Gives the page's path.

    Raises :class:`MonitorError` if the outputs are in a folder of the project that git does not ignore.
    """
    about = settings.load_edition(edition)
    final = _ignored(about.paths.outputs / "quotes")
    with preview.whole_folder(final) as temporary:
        preview.page(temporary / "work", markdown(edition, pool), _meta(about), temporary / "index.html")
    return final / "index.html"


def _ignored(folder: Path) -> Path:
    if folder.is_relative_to(paths.ROOT) and not folder.is_relative_to(paths.ROOT / "outputs"):
        raise MonitorError(
            f"{folder} may end up in git, and the page shows what participants said. Put MIV_OUTPUTS outside the "
            "project, or leave it out."
        )
    return folder


def _meta(about: settings.Edition) -> dict:
    return preview.internal(
        about,
        f"Citaten {about.title} {about.year}",
        f"Wat deelnemers aan focusgroepen zeiden, editie {about.edition}: om over te beslissen",
    )


def markdown(edition: str, pool: Pool) -> str:
    """The whole page."""
    waiting = {each.key for each in pool.awaited}
    undecided = [each for each in pool.candidates if each.outcome == "undecided"]
    parts = [
        _state(edition, pool, len(undecided)),
        _warnings(pool),
        _section(
            "Nu te beslissen",
            f"Deze fragmenten komen in de rapporten zodra iemand ze vrijgeeft: {PER_CODE} per onderwerp.",
            [_undecided(each) for each in undecided if each.key in waiting],
        ),
        _section(
            "Later te beslissen",
            "Deze fragmenten zijn pas nodig als u andere citaten wilt.",
            [_undecided(each) for each in undecided if each.key not in waiting],
        ),
        _section("Besloten", "", [_decided(each) for each in pool.candidates if each.outcome != "undecided"]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _state(edition: str, pool: Pool, undecided: int) -> str:
    rows = [["Fragmenten", "Aantal"]]
    rows += [
        [label, dutch.number(sum(each.outcome == outcome for each in pool.fragments))]
        for outcome, label in OUTCOMES.items()
    ]
    waiting = len(pool.awaited)
    title = "Er moet nog besloten worden" if waiting else "Over alles wat een rapport laat zien, is besloten"
    told = (
        f"{dutch.plural(len(pool.candidates), 'fragment mag', 'fragmenten mogen')} geciteerd worden; over "
        f"{dutch.number(undecided)} is nog niet besloten. Zonder besluit komt een fragment in geen enkel rapport."
    )
    kind = "important" if waiting else "note"
    file = f"parameters/quotes/{edition}.yml"
    how = (
        f"Besluiten staan in `{file}`. Plak het blok onder een fragment daarin, vul het aan en draai `make quotes "
        f"EDITION={edition}` opnieuw. Kies **release** (zo vrijgeven), **replace** (andere woorden, onder `text`) of "
        "**withhold** (achterhouden). Wat gemarkeerd is en blijft staan, komt onder `accepted`, met de reden. In een "
        "reden staan geen namen, plaatsen of scholen: het bestand komt in git."
    )
    start = "" if decisions.path_of(edition).is_file() else f"\n\n{_code(f'edition: {edition}{chr(10)}decisions:')}"
    return (
        f'# Stand\n\n::: {{.callout-{kind} title="{title}"}}\n{told}\n:::\n\n'
        f"{table(rows, 'Wat er met de fragmenten is gebeurd', 'tbl-citaten-stand', (1,))}\n\n{how}{start}"
    )


def _warnings(pool: Pool) -> str:
    if not pool.warnings:
        return ""
    return "# Waarschuwingen\n\n" + "\n".join(f"- {literal(str(warning))}" for warning in pool.warnings)


def _section(title: str, lead: str, parts: list[str]) -> str:
    return f"# {title}\n\n" + "\n\n".join([part for part in (lead, *parts) if part] if parts else ["Geen."])


def _undecided(each: Fragment) -> str:
    return f"{_head(each)}\n\n> {marked(each.said, each.finds)}\n\n{_finds(each.finds)}{_code(block(each))}"


def _decided(each: Fragment) -> str:
    text = f"{_head(each)}\n\n> {marked(each.said, each.finds)}\n\n"
    by, day = literal(each.decision.by), each.decision.date.strftime("%d-%m-%Y")
    told = f"{OUTCOMES[each.outcome].capitalize()} door {by}, {day}: {literal(each.decision.reason)}"
    quoted = f"\n\n> {literal(each.leaves)}" if each.outcome == "replace" and each.leaves else ""
    return f"{text}{told}{quoted}"


def _head(each: Fragment) -> str:
    about = ", ".join(
        part
        for part in (
            WHO[each.participants],
            schema.LABELS["theme"][each.theme],
            schema.LABELS["code"][each.code] if each.code else "",
        )
        if part
    )
    return f"### {each.key} {{.unnumbered}}\n\n{literal(about).capitalize()}."


def marked(text: str, finds: tuple[Find, ...]) -> str:
    """Markdown of a text in which every find is marked."""
    parts, last = [], 0
    for one in finds:
        parts += [literal_part(text[last : one.start]), f"[{literal_part(one.text)}]{{.mark}}"]
        last = one.end
    return "".join([*parts, literal_part(text[last:])])


def literal_part(text: str) -> str:
    """A part of a sentence made literal; the spaces at its ends stay."""
    lead, trail = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    return " " * lead + literal(text) + (" " * trail if text.strip() else "")


def _finds(finds: tuple[Find, ...]) -> str:
    lines = [f"- **{literal(one.text)}**: {literal(', '.join(one.reasons))} ({LEVELS[one.level]})" for one in finds]
    return "\n".join(lines) + "\n\n" if lines else ""


def block(each: Fragment) -> str:
    """A decision to paste; what is left empty is refused until a person fills it in."""
    lines = [f'  - fragment: "{each.key}"', '    decision: ""    # release, replace of withhold']
    lines += ['    # text: "…"     # alleen bij replace']
    keep = [one.text for one in each.finds if one.level is not Level.NEVER]
    if keep:
        lines += ["    accepted:       # waarom mag dit blijven staan?"]
        lines += [f'      {_scalar(text)}: ""' for text in dict.fromkeys(keep)]
    today = datetime.date.today().isoformat()
    return "\n".join([*lines, '    by: ""', f"    date: {today}", '    reason: ""'])


def _scalar(text: str) -> str:
    return yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000).strip()


def _code(text: str) -> str:
    return f"```yaml\n{text}\n```"


def main(arguments: list[str]) -> int:
    """Write the page and tell how far the deciding is; 1 if a report waits for it."""
    edition = arguments[0]
    said = load(edition)
    target = render(edition, said)
    counts = Counter(each.outcome for each in said.fragments)
    undecided, waiting = counts["undecided"], len(said.awaited)
    decided = len(said.candidates) - undecided
    print(f"Quotes of '{edition}': {len(said.candidates)} candidates, {decided} decided, {undecided} undecided")
    told = ", ".join(f"{counts[outcome]} {words}" for outcome, words in _WORDS.items() if counts[outcome])
    print(f"  {told or 'nothing was said'}; {display(target)}")
    for warning in said.warnings:
        print(f"  warning: {warning}", file=sys.stderr)
    if waiting:
        print(
            f"  {waiting} undecided would be shown in reports, which go on without: decide in "
            f"{display(decisions.path_of(edition))}, with the blocks on the page.",
            file=sys.stderr,
        )
    return 1 if waiting else 0


_WORDS = {
    "no_consent": "without consent",
    "few_groups": "spoken of in too few groups",
    "withhold": "withheld",
    "replace": "replaced",
    "release": "released as said",
}


if __name__ == "__main__":
    outcome: list[int] = []
    failed = exit_code(lambda arguments: outcome.append(main(arguments)), sys.argv[1:])
    sys.exit(failed or outcome[0])
