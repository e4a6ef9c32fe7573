"""A text's pieces give both texts back, and read well."""

from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.text_diff import DELETED, INSERTED, KEPT, Piece, text_pieces

texts = st.text("的地青岛ab 1。\n", max_size=60)


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_the_pieces_give_both_texts_back(old, new):
    pieces = text_pieces(old, new)
    assert "".join(piece.text for piece in pieces if piece.act != INSERTED) == old
    assert "".join(piece.text for piece in pieces if piece.act != DELETED) == new


@given(texts)
def test_a_text_that_stayed_is_one_kept_piece(text):
    assert text_pieces(text, text) == ([Piece(KEPT, text)] if text else [])


def test_a_number_is_never_cut_in_two():
    pieces = text_pieces("需要120元。", "需要150元。")
    assert [piece.text for piece in pieces] == ["需要", "120", "150", "元。"]


def test_a_new_sentence_leaves_the_others_whole():
    assert text_pieces("甲乙丙。丁戊己。", "甲乙丙。新的一句。丁戊己。") == [
        Piece(KEPT, "甲乙丙。"),
        Piece(INSERTED, "新的一句。"),
        Piece(KEPT, "丁戊己。"),
    ]


def test_single_characters_between_changes_do_not_tear_a_text_to_bits():
    pieces = text_pieces("由青岛的局办", "由威海的厅办")
    assert [piece.text for piece in pieces] == ["由", "青岛的局", "威海的厅", "办"]


def test_two_long_texts_without_anything_in_common_are_one_change():
    old, new = "".join(map(chr, range(0x4E00, 0x5E00))), "".join(map(chr, range(0x6E00, 0x7E00)))
    assert text_pieces(old, new) == [Piece(DELETED, old), Piece(INSERTED, new)]
