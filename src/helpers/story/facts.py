"""Constants that sentences tell: how answers are read, limits, sizes of effects. None is typed in a sentence."""

from __future__ import annotations

from helpers import dutch, schema, statistics, wording
from helpers.ingest import comparability
from helpers.values import Label, Number, Part, Text, Wave


def wave(year: int) -> Wave:
    """A year of measurement."""
    return Wave(year)


def _percents(confidence: float) -> Text:
    return Text(dutch.confidence(confidence, sign=False))


def constants() -> dict[str, object]:
    """What every template may use beside its views: ``scale``, ``limits``, ``effects``, ``rates``, ``sources``."""
    return {
        "scale": Part(
            low=Number(schema.FIVE_POINTS[0]),
            high=Number(schema.FIVE_POINTS[-1]),
            **{name: [Number(code) for code in codes] for name, codes in schema.SAFE_CODES.items()},
        ),
        "limits": Part(
            confidence=_percents(statistics.confidence_level()),
            warning=_percents(statistics.confidence_level()),
            alarm=_percents(statistics.ALARM_CONFIDENCE),
            slight=Text(wording.margin_told()),
        ),
        "effects": Part(small=Number(0.2, 1), middle=Number(0.5, 1)),
        "rates": Part(per=Number(comparability.PER)),
        "sources": Part(
            students=Label("JOB-monitor"),
            coordinators=Label("vragenlijst veiligheidscoördinatoren"),
            groups=Label("focusgroepen"),
            msv=Label("Monitor Sociale Veiligheid 2017-2018"),
            msv_years=Label("2017-2018"),
        ),
    }
