"""The same bytes each time a file is made: one date stands for the hour in which it was made."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

FIXED = datetime(2000, 1, 1, tzinfo=UTC)
"""What files say of when they were made; when a report appeared stands on its title page."""


def archive(content: bytes) -> bytes:
    """A workbook or Word document with :data:`FIXED` on everything in it, its members in the order of their names."""
    buffer = io.BytesIO()
    moment = FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, part)
            info = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, part)
    return buffer.getvalue()
