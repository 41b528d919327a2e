from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QTextLayout, QTextOption
from PySide6.QtWidgets import QApplication

from gui.views import NOW
from returnstation.application.view import Deadline
from returnstation.domain.messages import say
from returnstation.domain.money import Money
from returnstation.gui.words import Words, keep_words, with_clause, without_joiners
from returnstation.i18n import load_catalog

KOREAN = Words(load_catalog("ko"))
texts = st.text(st.sampled_from("가나다라 abc12.,()§\u00a0"), max_size=60)


@given(texts)
def test_joining_changes_nothing_a_person_reads(text: str) -> None:
    assert without_joiners(keep_words(text)) == text


@given(texts)
def test_joining_twice_is_joining_once(text: str) -> None:
    assert keep_words(keep_words(text)) == keep_words(text)


def test_korean_lines_break_between_words_only(qapp: QApplication) -> None:
    layout = QTextLayout(keep_words("주문자에게 맞춰 만든 상품은 철회할 수 없습니다."))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(option)

    layout.beginLayout()
    ends = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(90)
        ends.append(line.textStart() + line.textLength())
    layout.endLayout()

    assert len(ends) > 2
    assert all(layout.text()[end - 1] == " " for end in ends[:-1])


def test_a_clause_stays_in_one_piece() -> None:
    assert with_clause("기한은 14일입니다.", "BGB § 355").endswith("BGB\u00a0§\u00a0355")


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        (-2, "overdue", "2일 지남"),
        (0, "today", "오늘"),
        (1, "soon", "내일"),
        (2, "soon", "2일 남음"),
        (None, "waiting", "아직 시작 안 함"),
        (3, "kept", "지킴"),
    ],
)
def test_a_legal_day_says_how_it_stands(days: int | None, state: str, said: str) -> None:
    assert KOREAN.days_left(Deadline(state, say("due.refund"), date(2026, 11, 26), days)) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0분 전"), (59, "59분 전"), (60, "1시간 전"), (1439, "23시간 전"), (1440, "1일 전")],
)
def test_how_long_ago_in_the_largest_whole_unit(minutes: int, said: str) -> None:
    assert KOREAN.ago(NOW - timedelta(minutes=minutes), NOW) == said


def test_figures_have_their_currencys_decimals_and_a_real_minus() -> None:
    assert KOREAN.figure(Money(-240000, "KRW")) == "\u2212240,000"
    assert KOREAN.figure(Money(12900, "EUR")) == "129.00"
    assert KOREAN.figure(None) == "–"
    assert KOREAN.money(Money(-2400, "KRW")) == "\u22122,400원"
