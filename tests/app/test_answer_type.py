"""Sentences that share a question's words and yet can't answer it."""

import pytest

from app.answer_type import can_answer
from app.question import read_question


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Where does Acorn Mills store flour?", "Acorn Mills stores its flour with great care."),
        ("Where does Acorn Mills store flour?", "Flour of Acorn Mills is stored by those who know it."),
        ("Does Acorn Mills have an impairment?", "The impairment is described in more detail above."),
        ("What legal proceedings is Acorn Mills involved in?", "For a discussion of legal proceedings, see Note 21."),
        ("What do oak shops of Acorn Mills sell?", "The oak shops of Acorn Mills were as follows."),
        ("What was Acorn Mills' EPS in 2021?", "The remaining 80 million shares count for earnings per share."),
        ("What does Acorn Mills do?", "He has served on the Acorn Mills board since January 2018."),
        ("What are Acorn Mills' subsidiaries?", "Acorn Mills (Oakham) Co., Ltd. Ohio Acorn Oil Corporation Delaware"),
        ("When did Acorn Mills open stores?", "Stores 131 - (4) 127 - - 127 33 - 33 4 (4) 160 Acorn Mills 12 14 15 16"),
    ],
)
def test_a_sentence_of_another_kind_is_no_answer(question: str, sentence: str) -> None:
    assert not can_answer(read_question(question), sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Where does Acorn Mills store flour?", "Flour is stored in Oakham."),
        ("In which country is the mill?", "The mill stands in Norway."),
        ("Who leads Acorn Mills?", "She has led Acorn Mills since 2018: Ada Quill."),
        ("What does Acorn Mills do?", "Acorn Mills makes oak flour for bakers in six countries."),
        ("What was Acorn Mills' EPS in 2021?", "Earnings per share came to $1.28 in 2021."),
        ("How much flour was sold?", "Sales were 10, 11, 12, 13, 14, 15, 16, 17 and 18 tonnes in these years."),
    ],
)
def test_a_sentence_of_the_right_kind_may_answer(question: str, sentence: str) -> None:
    assert can_answer(read_question(question), sentence)
