import json

from returnstation import datafiles
from returnstation.policydata import merchant_policy_from


def test_every_shipped_merchant_file_is_read_and_named_for_its_merchant() -> None:
    files = [
        file for file in datafiles.resource("merchants").iterdir() if file.name.endswith(".json")
    ]

    ids = {file.name: merchant_policy_from(json.loads(file.read_bytes())).id for file in files}

    assert ids
    assert {f"{name}.json" for name in ids.values()} == set(ids)
