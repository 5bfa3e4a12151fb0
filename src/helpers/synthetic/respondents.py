"""Respondents and their answers, calibrated to the published figures.

Students sit within programmes within institutions. The probability of feeling safe is logistic in
characteristics, a latent well-being (which also drives satisfaction), programme and institution; the
coefficients of gender, disability and level x track are solved so that the weighted shares expected in
those groups equal their targets, and the intercept so that the total does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.synthetic.worlds import FIELDS, World

SAFE_BY_WAVE = {2016: 0.786, 2018: 0.794, 2020: 0.801, 2022: 0.8085}
"""Expected weighted share of students who feel safe: a slow rise to just under 81 percent."""
UNSAFE_OF_NOT_SAFE = 0.039 / (1 - 0.8085)
TARGETS = {
    "gender": {"male": 0.830, "female": 0.7785, "other": 0.68},
    "disability": {"yes": 0.780, "no": 0.830},
    "level_track": {
        "1 bol": 0.803, "2 bol": 0.783, "3 bol": 0.794, "4 bol": 0.808,
        "1 bbl": 0.835, "2 bbl": 0.836, "3 bbl": 0.850, "4 bbl": 0.862,
    },
}  # fmt: skip
"""Groups' shares in 2022; earlier waves keep the same distances on the logit scale."""
AGE_EFFECT = {"<18": -0.14, "18-20": -0.08, "21-23": 0.0, "24+": 0.55}
MISSING = "missing"


def students(world: World, wave: int, rng: np.random.Generator) -> pd.DataFrame:
    """Respondents of one wave, in canonical words; missing answers are None."""
    place = _institution_of(world.institutions["n_students"], world.respondents[wave], rng)
    own = world.institutions.iloc[place].reset_index(drop=True)
    rows = _characteristics(own, place, rng)
    well = rng.normal(0, 1, len(rows)) + 0.9 * own["effect_students"].to_numpy()
    rows["weight"] = _weights(len(rows), rng)
    base = own["effect_students"].to_numpy() + _programme_effect(rows, rng) + 0.75 * well
    base = base + rows["age_group"].map(AGE_EFFECT).fillna(0.0).to_numpy()
    eta = _calibrate(rows, base, SAFE_BY_WAVE[wave])
    rows["feels_safe"] = _five_points(eta, well, rng)
    for name, mean in (("satisfaction_programme", 6.8), ("satisfaction_institution", 6.6)):
        grade = mean + 1.05 * well + rng.normal(0, 1.15, len(rows))
        rows[name] = np.clip(np.rint(grade), 1, 10)
    _lose(rows, {"feels_safe": 0.012, "satisfaction_programme": 0.015, "satisfaction_institution": 0.02}, rng)
    _lose(rows, {"gender": 0.01, "age_group": 0.015}, rng)
    return rows.drop(columns=["level_track"])


def _institution_of(sizes: pd.Series, total: int, rng: np.random.Generator) -> np.ndarray:
    """Institution of each respondent: enrolment times a response of about a half, at least ten percent."""
    response = np.clip(rng.normal(0.5, 0.06, len(sizes)), 0.3, 0.7) * sizes.to_numpy()
    counts = np.maximum(1, np.rint(response / response.sum() * total)).astype(int)
    counts = np.minimum(counts, (0.9 * sizes).astype(int))
    return np.repeat(np.arange(len(sizes)), counts)


def _characteristics(own: pd.DataFrame, place: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    size = len(own)
    track = np.where(rng.random(size) < own["share_bol"], "bol", "bbl")
    level = _draw_rows(_level_odds(own, track), list("1234"), rng)
    programme = rng.integers(0, np.maximum(4, own["n_students"] // 260))
    field = _field(place, programme, own)
    male = np.clip(own["share_male"] + np.select([field == 0, field == 1], [-0.28, 0.27], 0.0), 0.03, 0.97)
    draw = rng.random(size)
    gender = np.where(draw < 0.012, "other", np.where(rng.random(size) < male, "male", "female"))
    chance = np.clip(own["share_disability"] + 0.05 * (level == "2") - 0.09 * (track == "bbl"), 0.02, 0.8)
    disability = np.where(rng.random(size) < chance, "yes", "no").astype(object)
    disability[rng.random(size) < 0.11] = None
    age_odds = np.column_stack(
        [
            np.where(track == "bol", 0.34, 0.10),
            np.where(track == "bol", 0.42, 0.28),
            np.full(size, 0.2),
            np.where(track == "bol", 0.07, 0.42) * own["older"].to_numpy(),
        ]
    )
    return pd.DataFrame(
        {
            "institution_id": own["institution_id"].to_numpy(),
            "programme": [f"P{a:02d}{b:03d}" for a, b in zip(place, programme, strict=True)],
            "field": np.array(FIELDS)[field],
            "level": level,
            "track": track,
            "gender": gender,
            "age_group": _draw_rows(age_odds, ["<18", "18-20", "21-23", "24+"], rng),
            "disability": disability,
            "level_track": np.char.add(np.char.add(level.astype(str), " "), track.astype(str)),
        }
    )


def _level_odds(own: pd.DataFrame, track: np.ndarray) -> np.ndarray:
    low = own["lower_levels"].to_numpy()
    bol = track == "bol"
    return np.column_stack(
        [0.03 * low, np.where(bol, 0.19, 0.33) * low, np.where(bol, 0.26, 0.38), np.where(bol, 0.52, 0.26)]
    )


def _field(place: np.ndarray, programme: np.ndarray, own: pd.DataFrame) -> np.ndarray:
    """Field of a programme: fixed by institution and programme number."""
    mixed = (place * 7919 + programme * 104729) % 97
    general = np.searchsorted([28, 52, 76, 80, 90], mixed, side="right")
    kind = own["kind"].to_numpy()
    trade = np.where(mixed < 80, (place % 3) * 2 - (place % 3 > 0), general)
    return np.where(kind == "aoc", np.where(mixed < 78, 3, general), np.where(kind == "roc", general, trade))


def _draw_rows(odds: np.ndarray, values: list[str], rng: np.random.Generator) -> np.ndarray:
    edges = np.cumsum(odds / odds.sum(axis=1, keepdims=True), axis=1)
    return np.array(values, dtype=object)[(rng.random((len(odds), 1)) > edges[:, :-1]).sum(axis=1)]


def _weights(size: int, rng: np.random.Generator) -> np.ndarray:
    weights = np.clip(rng.lognormal(0, 0.25, size), 0.3, 3)
    return (weights / weights.mean()).round(4)


def _programme_effect(rows: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    codes, uniques = pd.factorize(rows["programme"])
    return rng.normal(0, 0.12, len(uniques))[codes]


def _calibrate(rows: pd.DataFrame, base: np.ndarray, total: float) -> np.ndarray:
    """Linear predictor whose expected weighted shares equal the targets, by repeated adjustment."""
    shift = logit(total) - logit(SAFE_BY_WAVE[2022])
    weights = rows["weight"].to_numpy()
    groups = [
        (rows[name].fillna(MISSING).to_numpy() == code, expit(logit(target) + shift))
        for name, targets in TARGETS.items()
        for code, target in targets.items()
    ]
    eta = base + logit(total)
    for _ in range(25):
        for chosen, target in groups:
            if chosen.sum() > 30:
                now = np.average(expit(eta[chosen]), weights=weights[chosen])
                eta[chosen] += 0.9 * (logit(target) - logit(now))
        eta += logit(total) - logit(np.average(expit(eta), weights=weights))
    return eta


def _five_points(eta: np.ndarray, well: np.ndarray, rng: np.random.Generator, unsafe: float = UNSAFE_OF_NOT_SAFE):
    """Answers 1-5: safe (4-5) with the given log odds; of the others a fixed part is unsafe (1-2)."""
    size = len(eta)
    safe = rng.random(size) < expit(eta)
    not_safe = rng.random(size) < np.clip(unsafe * (1 - 0.25 * np.tanh(well + 0.75)), 0.01, 0.95)
    high = np.where(rng.random(size) < expit(0.7 * well - 0.5), 5.0, 4.0)
    low = np.where(rng.random(size) < 0.3, 1.0, 2.0)
    return np.where(safe, high, np.where(not_safe, low, 3.0))


def _lose(rows: pd.DataFrame, chances: dict[str, float], rng: np.random.Generator) -> None:
    """Make a part of the answers missing (in place)."""
    for name, chance in chances.items():
        rows.loc[rng.random(len(rows)) < chance, name] = np.nan if rows[name].dtype.kind == "f" else None


def staff(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Respondents of the staff survey; the institution that delivered only students (small world) has none."""
    table = world.institutions
    if world.name == "small":
        table = table[table["institution_id"] != "99AC"]
    place = _institution_of(table["n_students"], world.staff, rng)
    own = table.iloc[place].reset_index(drop=True)
    size = len(own)
    effect = own["effect_staff"].to_numpy()
    rows = pd.DataFrame({"institution_id": own["institution_id"].to_numpy()})
    profile = own["profile"].to_numpy()
    female = np.clip(0.56 - 0.24 * profile, 0.1, 0.9)
    rows["gender"] = np.where(rng.random(size) < female, "female", "male").astype(object)
    rows["role"] = np.where(rng.random(size) < np.clip(0.62 + 0.17 * profile, 0.2, 0.9), "teaching", "support").astype(
        object
    )
    teaching = (rows["role"] == "teaching").to_numpy()
    contact = np.column_stack(
        [np.where(teaching, 0.03, 0.30), np.where(teaching, 0.22, 0.45), np.where(teaching, 0.75, 0.25)]
    )
    contact = contact * np.exp(np.outer(profile, [0.5, 0.1, -0.5]))
    rows["student_contact"] = _draw_rows(contact, ["none", "some", "much"], rng)
    rows["age_group"] = _draw_rows(np.tile([0.2, 0.25, 0.27, 0.28], (size, 1)), ["<35", "35-44", "45-54", "55+"], rng)
    well = rng.normal(0, 1, size) + 1.5 * effect
    verbal = rng.random(size) < expit(-1.9 - 0.45 * well + 0.35 * (rows["student_contact"] == "much") - effect)
    bodily = rng.random(size) < expit(-3.0 - 0.45 * well + 1.3 * verbal - effect)
    eta = (
        1.85 + 1.5 * effect + 0.8 * well - 0.38 * (rows["gender"] == "female") - 0.48 * ~teaching
        - 0.42 * (rows["student_contact"] == "some") - 0.75 * (rows["student_contact"] == "much")
        - 0.75 * verbal - 0.9 * bodily
    ).to_numpy()  # fmt: skip
    rows["feels_safe"] = _five_points(eta, well, rng, unsafe=0.27)
    rows["satisfaction"] = np.clip(np.rint(7.3 + 0.9 * well + rng.normal(0, 0.9, size)), 1, 10)
    rows["joy"] = np.clip(np.rint(3.8 + 0.55 * well + rng.normal(0, 0.6, size)), 1, 5)
    rows["energy"] = np.clip(np.rint(3.6 + 0.55 * well + rng.normal(0, 0.7, size)), 1, 5)
    rows["job_search"] = np.clip(np.rint(0.5 - 0.75 * well + rng.normal(0, 0.8, size)), 0, 4)
    rows["victim_verbal"] = np.where(verbal, "yes", "no").astype(object)
    rows["victim_psychological_physical"] = np.where(bodily, "yes", "no").astype(object)
    rows["weight"] = _weights(size, rng)
    _lose(rows, {"feels_safe": 0.012, "satisfaction": 0.015, "joy": 0.015, "energy": 0.015, "job_search": 0.02}, rng)
    _lose(rows, {"gender": 0.012, "age_group": 0.02, "victim_verbal": 0.02, "student_contact": 0.01}, rng)
    return rows


KINDS = {
    "bullying": 0.11, "discrimination": 0.07, "threat": 0.055, "bodily_violence": 0.03,
    "sexual_harassment": 0.035, "violence": 0.02, "sexting": 0.015, "digital_aggression": 0.06,
}  # fmt: skip


def msv(population: str, size: int, rng: np.random.Generator) -> pd.DataFrame:
    """The older survey, without institutions. LHB students feel less safe; LHB staff do not."""
    students = population == "students"
    rows = pd.DataFrame({"gender": np.where(rng.random(size) < 0.5, "male", "female").astype(object)})
    lhb = rng.random(size) < (0.075 if students else 0.065)
    rows["lhb"] = np.where(lhb, "yes", "no").astype(object)
    well = rng.normal(0, 1, size)
    eta = (1.75 if students else 2.3) + 0.5 * well - (0.5 if students else 0.0) * lhb
    rows["feels_safe"] = _five_points(eta, well, rng)
    material = rng.random(size) < expit(-1.7 + (0.45 if students else 0.0) * lhb)
    rows["victim_material"] = np.where(material, "yes", "no").astype(object)
    suffered = np.zeros(size, dtype=bool)
    for kind, share in KINDS.items():
        victim = rng.random(size) < expit(logit(share) + 0.65 * lhb - 0.2 * well)
        suffered |= victim
        rows[f"victim_{kind}"] = np.where(victim, "yes", "no").astype(object)
    rows["victim_psychological_physical"] = np.where(suffered, "yes", "no").astype(object)
    rows["weight"] = _weights(size, rng)
    _lose(rows, {"feels_safe": 0.01, "lhb": 0.06, "gender": 0.01}, rng)
    return rows
