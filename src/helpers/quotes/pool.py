"""Which fragments may be quoted, what was decided about each, and what therefore leaves.

A quote leaves only with consent, if enough groups spoke of its theme and of its code, and after a person decided
about it, whether something was found in it or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from helpers import schema, settings, tables
from helpers.errors import Problem, Problems
from helpers.quotes import decisions as of
from helpers.quotes.finders import Find, Register, find
from helpers.quotes.spoken import key, written

PER_CODE = 2
"""Quotes that a report shows of each code."""

OUTCOMES = {
    "no_consent": "zonder toestemming",
    "few_groups": "toestemming, maar in te weinig groepen besproken",
    "undecided": "nog niet besloten",
    "withhold": "achtergehouden",
    "replace": "vrijgegeven met andere woorden",
    "release": "vrijgegeven zoals gezegd",
}
"""What became of a fragment, and how the record tells it."""

OPEN = ("undecided", "withhold", "replace", "release")
"""Outcomes of candidates: fragments that may be quoted once a person has decided."""


@dataclass(frozen=True)
class Fragment:
    """A text that was said, what is known of it, and what became of it.

    ``finds``: in what was said; ``leaves``: what may be published, ``None`` for nothing.
    """

    key: str
    said: str
    theme: str
    code: str | None
    participants: str
    outcome: str
    finds: tuple[Find, ...]
    decision: of.Decision | None
    leaves: str | None


@dataclass(frozen=True)
class Pool:
    """All fragments of an edition, the shortest first, and what a person should know about the decisions."""

    fragments: tuple[Fragment, ...]
    warnings: tuple[Problem, ...]

    @property
    def candidates(self) -> list[Fragment]:
        """Fragments with consent, of which enough groups spoke."""
        return [each for each in self.fragments if each.outcome in OPEN]

    @property
    def awaited(self) -> list[Fragment]:
        """Undecided fragments that take a place in a report which no released quote takes."""
        found: list[Fragment] = []
        for code in schema.FRAGMENT_CODES:
            own = [each for each in self.fragments if each.code == code and code != "other"]
            places = PER_CODE - sum(each.leaves is not None for each in own)
            found += [each for each in own if each.outcome == "undecided"][: max(places, 0)]
        return found


def load(edition: str) -> Pool:
    """The pool of an edition whose deliveries were read; raises :class:`Problems` for decisions that cannot be used."""
    return build(
        edition,
        tables.read_table(edition, "fragments"),
        tables.read_table(edition, "institutions"),
        of.load(edition),
        settings.load_settings().disclosure,
    )


def build(
    edition: str,
    fragments: pd.DataFrame,
    institutions: pd.DataFrame,
    decisions: list[of.Decision],
    rules: settings.Disclosure,
) -> Pool:
    """The pool of canonical fragments. Raises :class:`Problems` with all that is wrong with the decisions."""
    register = Register(dict(zip(institutions["institution_id"], institutions["name"].astype(str), strict=True)))
    texts = {key(text): written(text) for text in fragments["text"].dropna()}
    problems = of.check(edition, decisions, texts, register)
    refused = [problem for problem in problems if problem.level == "refuse"]
    if refused:
        raise Problems(of.TITLE, refused)
    decided = {decision.fragment: decision for decision in decisions}
    found = [
        _fragment(row, decided.get(row["key"]), register, rules) for row in _rows(fragments).to_dict(orient="records")
    ]
    found.sort(key=lambda each: (len(each.leaves or each.said), each.leaves or each.said))
    return Pool(tuple(found), (*_warn(problems), *_unused(edition, found)))


def _rows(fragments: pd.DataFrame) -> pd.DataFrame:
    """One row a text: one that may be quoted if there is any; with how many groups spoke of its theme and its code.

    Where the rows of one text in one group disagree about consent, there is none.
    """
    rows = fragments.dropna(subset=["text"]).copy()
    rows["key"] = rows["text"].map(key)
    rows["said"] = rows["text"].map(written)
    rows["consent"] = rows["quote_consent"].fillna(False).astype(bool)
    rows["consent"] = rows.groupby(["group", "key"])["consent"].transform("all")
    for name in ("theme", "code"):
        rows[f"{name}_groups"] = rows.groupby(name, observed=True)["group"].transform("nunique").fillna(0)
    rows["enough"] = rows[["theme_groups", "code_groups"]].min(axis=1)
    order = rows.sort_values(["consent", "enough"], ascending=False, kind="stable")
    return order.drop_duplicates("key")


def _fragment(row: dict, decision: of.Decision | None, register: Register, rules: settings.Disclosure) -> Fragment:
    finds = tuple(find(row["said"], register))
    outcome = _outcome(row, decision, rules)
    leaves = {"release": row["said"], "replace": decision and decision.text}.get(outcome)
    return Fragment(
        key=row["key"],
        said=row["said"],
        theme=str(row["theme"]),
        code=None if pd.isna(row["code"]) else str(row["code"]),
        participants=str(row["participants"]),
        outcome=outcome,
        finds=finds,
        decision=decision,
        leaves=None if leaves is None else written(leaves),
    )


def _outcome(row: dict, decision: of.Decision | None, rules: settings.Disclosure) -> str:
    if not row["consent"]:
        return "no_consent"
    if row["enough"] < rules.quote_groups:
        return "few_groups"
    return "undecided" if decision is None else decision.decision


def _warn(problems: list[Problem]) -> Iterator[Problem]:
    return (problem for problem in problems if problem.level == "warn")


def _unused(edition: str, fragments: list[Fragment]) -> Iterator[Problem]:
    """Decisions to release that consent or the number of groups undoes."""
    for each in fragments:
        if each.decision and each.decision.decision != "withhold" and each.outcome not in OPEN:
            why = "no consent to be quoted" if each.outcome == "no_consent" else "too few groups that spoke of it"
            yield Problem(
                f"parameters/quotes/{edition}.yml",
                f"fragment {each.key}",
                f"a decision to {each.decision.decision} a fragment with {why}",
                "decisions on candidates",
                "It is not shown. If consent was withdrawn, take its words out of the decision as well.",
                "warn",
            )


def released(pool: Pool) -> pd.DataFrame:
    """What may be quoted: fragment (key), theme, code, participants, text; the shortest first.

    Group and institution are left out, so that neither place nor person goes along.
    """
    columns = ["fragment", "theme", "code", "participants", "text"]
    rows = [(each.key, each.theme, each.code, each.participants, each.leaves) for each in pool.fragments if each.leaves]
    return pd.DataFrame(rows, columns=columns).astype("string")


def record(pool: Pool) -> pd.DataFrame:
    """What became of all fragments, for the disclosure record: counts only.

    One row an outcome, person and date (``by`` and ``date`` empty where nobody decided): ``fragments`` different texts,
    ``with_finds`` of them in which something was found, ``accepted`` finds that a person let stand. An outcome
    without fragments has a row with zero.
    """
    rows = [
        {
            "outcome": each.outcome,
            "by": each.decision.by if each.decision and each.outcome in OPEN else "",
            "date": each.decision.date.isoformat() if each.decision and each.outcome in OPEN else "",
            "fragments": 1,
            "with_finds": int(bool(each.finds)),
            "accepted": len(each.decision.accepted) if each.decision and each.leaves else 0,
        }
        for each in pool.fragments
    ]
    present = {row["outcome"] for row in rows}
    rows += [
        {"outcome": outcome, "by": "", "date": "", "fragments": 0, "with_finds": 0, "accepted": 0}
        for outcome in OUTCOMES
        if outcome not in present
    ]
    table = pd.DataFrame(rows).groupby(["outcome", "by", "date"], as_index=False).sum()
    order = table["outcome"].map(list(OUTCOMES).index)
    table = table.assign(order=order).sort_values(["order", "by", "date"]).drop(columns="order").reset_index(drop=True)
    table.insert(1, "label", table["outcome"].map(OUTCOMES))
    texts = dict.fromkeys(["outcome", "label", "by", "date"], "string")
    return table.astype({**texts, **dict.fromkeys(["fragments", "with_finds", "accepted"], "int64")})
