"""Why nothing is given, as X12 1294 (return response reason) says it."""

from collections.abc import Mapping
from enum import StrEnum

from returnstation.domain.cases import Case
from returnstation.domain.policy import ReturnReason


class Rejection(StrEnum):
    """Codes of X12 data element 1294."""

    EXCESSIVE_WEAR = "EW"
    FREIGHT_DAMAGE = "FR"
    NOT_DEFECTIVE = "IN"
    AS_ORDERED = "IO"
    MORE_INFORMATION = "MI"
    NO_RECORD_OF_SALE = "NR"
    OUT_OF_SEASON = "OS"
    PRICE_DIFFERENCE = "PC"
    PICTURE_REQUESTED = "PR"
    QUANTITY_DIFFERENCE = "QD"
    REPAIR = "RR"
    TOO_LATE = "RT"
    SAMPLE_REQUESTED = "SR"
    UNIDENTIFIABLE = "UI"


_BY_FINDING: Mapping[str, Rejection] = {
    "serial_not_shipped": Rejection.NO_RECORD_OF_SALE,
    "serial_came_back": Rejection.NO_RECORD_OF_SALE,
    "wrong_item": Rejection.UNIDENTIFIABLE,
    "other_product": Rejection.UNIDENTIFIABLE,
    "counterfeit_suspected": Rejection.UNIDENTIFIABLE,
    "unknown": Rejection.UNIDENTIFIABLE,
}
_BY_CODE: Mapping[str, Rejection] = {
    "merchant_wants_new": Rejection.EXCESSIVE_WEAR,
    "merchant_wants_undamaged": Rejection.EXCESSIVE_WEAR,
    "merchant_until_over": Rejection.TOO_LATE,
}
_FAULTS = frozenset({ReturnReason.DEFECTIVE, ReturnReason.DAMAGED_IN_TRANSIT})


def rejection_of(case: Case, line_id: str) -> Rejection:
    """Return why a line is refused: as chosen, else by what was found and what decided."""
    chosen = case.chosen.get(line_id)
    if chosen is not None and chosen.reason is not None:
        return Rejection(chosen.reason)
    for item in case.items_of(line_id):
        for finding in (item.finding, *item.findings):
            if finding in _BY_FINDING:
                return _BY_FINDING[finding]
    verdict = case.verdicts.get(line_id)
    deciding = None if verdict is None else verdict.deciding
    code = "" if deciding is None else deciding.code
    if "window_closed" in code:
        return Rejection.TOO_LATE
    if code in _BY_CODE:
        return _BY_CODE[code]
    is_claimed = case.line(line_id).reason in _FAULTS
    return Rejection.NOT_DEFECTIVE if is_claimed else Rejection.AS_ORDERED
