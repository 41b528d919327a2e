import json
from importlib.resources.abc import Traversable

import pytest

from returnstation import datafiles
from returnstation.policydata import policy_set_from, policy_set_to_json, unused_terms
from returnstation.policydata.merchants import OURS

FILES = sorted(
    (file for file in datafiles.resource("merchants").iterdir() if file.name.endswith(".json")),
    key=lambda file: file.name,
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_shipped_file_is_read_whole_and_written_again(file: Traversable) -> None:
    document = json.loads(file.read_bytes())

    policies = policy_set_from(document)

    assert unused_terms(document) == []
    assert policy_set_from(json.loads(json.dumps(policy_set_to_json(policies)))) == policies


def test_every_term_of_ours_stands_in_some_file_and_in_the_readme() -> None:
    texts = [file.read_text(encoding="utf-8") for file in FILES]
    readme = datafiles.resource("merchants", "README.md").read_text(encoding="utf-8")

    # Files that are shipped are brought in for one merchant each.
    assert [name for name in OURS - {"rs:merchant"} if not any(name in t for t in texts)] == []
    assert [name for name in OURS if f"`{name}`" not in readme] == []
