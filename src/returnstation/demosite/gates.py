"""What the demo site knows beyond its products: its country, its merchants' size, a recall."""

from pathlib import Path

_SITE = """\
# The lists of this site; resources/gates/README.md says what may stand here.
site_country = "KR"

[merchant.hanbit-sports]
size = "large"

[merchant.mirae-electronics]
size = "large"

[merchant.dallae-beauty]
size = "medium"
forbids = ["liquidate"]

[merchant.onbit-media]
size = "small"

[[recall]]
id = "demo-2026-11"
skus = ["DEMO-RECALLED"]
lots = ["L2611"]
since = 2026-11-01
"""


def write_gates(folder: Path) -> None:
    """Write the lists into a home's folder of gates."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(_SITE, encoding="utf-8")
