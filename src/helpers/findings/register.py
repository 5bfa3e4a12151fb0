"""The register of published findings."""

from __future__ import annotations

from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from helpers import dutch, paths


class Published(BaseModel):
    """One finding of the register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Z]\d\d$")
    kind: Literal["value", "bound", "direction", "statement"]
    what: str
    nl: str
    table: str
    sources: list[Literal["nota", "brief"]] = Field(min_length=1)
    value: float | None = None
    tolerance: float | None = None
    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _has_its_figures(self) -> Published:
        if self.kind == "value" and (self.value is None or self.tolerance is None):
            raise ValueError("a finding of kind value needs a value and a tolerance")
        if self.kind == "bound" and self.above is None and self.below is None:
            raise ValueError("a finding of kind bound needs above or below")
        return self

    def holds(self, percent: float) -> bool:
        """Whether a computed percentage agrees with a published value or bound."""
        if self.value is not None:
            return abs(percent - self.value) <= self.tolerance
        return (self.above is None or percent > self.above) and (self.below is None or percent < self.below)

    @property
    def published(self) -> str:
        """What was published, in Dutch."""
        if self.value is not None:
            return dutch.percent(self.value / 100)
        parts = [
            f"{word} dan {dutch.percent(limit / 100, 0)}"
            for word, limit in (("meer", self.above), ("minder", self.below))
            if limit is not None
        ]
        return " en ".join(parts) or ("deze richting" if self.kind == "direction" else "genoemd")


def load_register() -> list[Published]:
    """The register of published findings."""
    content = yaml.safe_load(paths.FINDINGS.read_text(encoding="utf-8"))
    return [Published.model_validate(entry) for entry in content["findings"]]
