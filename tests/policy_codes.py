"""Every code a reason may have: those in the source, and those made of a pack's names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import returnstation.domain.policy as policy_package
from returnstation.domain.policy.terms import Condition, Event
from returnstation.policydata import load_pack

_SAYING = {"reason", "merchant_reason", "_within", "_perhaps_open", "_no_finding", "Reason"}


def codes_in_source() -> set[str]:
    """Return every literal that is given to something that makes a reason."""
    folder = Path(policy_package.__file__).parent
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _called(call) in _SAYING:
                found.update(_literals(call))
    return found


def _called(call: ast.Call) -> str:
    function = call.func
    return getattr(function, "attr", getattr(function, "id", ""))


def _literals(call: ast.Call) -> Iterator[str]:
    for part in call.args:
        for node in [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def every_code() -> set[str]:
    versions = [terms for right in load_pack().rights() for terms in right.versions]
    exempt = {f"exempt_{one.code}" for terms in versions for one in terms.exemptions}
    told = {code for terms in versions for code in terms.tells}
    told_by = {terms.late_information.told_by for terms in versions if terms.late_information}
    required = {fact for terms in versions for fact in terms.requires}
    waiting = {f"refund_waits_for_{event}" for event in (Event.GOODS_BACK, Event.AGREEMENT)}
    displayed = {"policy_displayed", "complied_with_information_duties"}
    return {
        *codes_in_source() - {"informed_on"},
        *exempt,
        *told,
        *(f"unknown_{fact}" for fact in told_by if fact),
        *(f"unknown_{fact}" for fact in required | displayed),
        *(f"not_{fact}" for fact in required),
        *(f"merchant_{fact}" for fact in displayed),
        *(f"return_cost_{payer}" for payer in ("consumer", "merchant")),
        *(str(condition) for condition in Condition),
        *(
            f"term_{term}"
            for term in (
                "merchantReturnDays",
                "returnPolicyCategory",
                "returnFees",
                "restockingFee",
                "refundType",
            )
        ),
        *waiting,
    }
