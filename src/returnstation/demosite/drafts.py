"""Two drafts to try at once: a longer law, and a merchant who takes back less.

They are made from the files in force, so that they never fall behind them.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from returnstation import datafiles

_LAW = ("KR", "withdrawal.toml")
_MERCHANT = "hanbit-sports.json"


def write_drafts(folder: Path) -> None:
    """Write the drafts into a home's folder of drafts."""
    for name, text in _drafts():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _drafts() -> Iterator[tuple[str, str]]:
    law = datafiles.resource("policy", *_LAW).read_text(encoding="utf-8")
    longer = law.replace("window = { length = 7,", "window = { length = 14,")
    yield f"korea-14-days/{'/'.join(_LAW)}", longer
    terms = json.loads(datafiles.resource("merchants", _MERCHANT).read_text(encoding="utf-8"))
    terms |= {
        "merchantReturnDays": 14,
        "returnFees": "https://schema.org/ReturnFeesCustomerResponsibility",
        "returnLabelSource": "https://schema.org/ReturnLabelCustomerResponsibility",
        "restockingFee": 10,
    }
    shorter = json.dumps(terms, ensure_ascii=False, indent=2)
    yield f"hanbit-14-days-and-fee/merchants/{_MERCHANT}", shorter
