"""The demo site's limits: one for whatever its goods are sold for."""

from returnstation import datafiles
from returnstation.demosite.generate import SETTINGS


def test_every_currency_of_the_site_has_a_limit() -> None:
    places = datafiles.resource("demo", "places.toml").read_text(encoding="utf-8")
    currencies = {
        line.split('"')[1] for line in places.splitlines() if line.startswith("currency = ")
    }

    assert currencies == set(SETTINGS.for_desk().limits.amounts)
