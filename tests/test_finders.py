"""Finders: what could identify is found in what was said, and how much of it."""

import random

import pytest
import sentences

from helpers.quotes import lists, words
from helpers.quotes.finders import FINDERS, Level, Register, find
from helpers.quotes.near import near
from helpers.quotes.spoken import Spoken, key, written
from helpers.synthetic.focus import IDENTIFYING, OPENINGS, SAID

REGISTER = Register({"99AA": "ROC Proefstad", "99AB": "Vakcollege De Kleine Letter", "99AC": "Groencollege Modelveld"})


def overlaps(one, start, end):
    return one.start < end and one.end > start


def measure(table):
    """Marks, marks that a find touches, and finds that touch no mark."""
    wanted = missed = extra = 0
    for text, marks in sentences.parse(table):
        found = find(text, REGISTER)
        wanted += len(marks)
        missed += sum(not any(overlaps(one, start, end) for one in found) for _, start, end in marks)
        extra += sum(not any(overlaps(one, start, end) for _, start, end in marks) for one in found)
    return wanted, wanted - missed, extra


# what is found


@pytest.mark.parametrize(("text", "marks"), sentences.parse(sentences.TABLE), ids=lambda value: str(value)[:40])
def test_what_could_identify_is_found_and_nothing_else(text, marks):
    found = find(text, REGISTER)
    for finder, start, end in marks:
        assert any(one.start <= start and one.end >= end and finder in one.finders for one in found), found
    assert len(found) == len(marks), found


def test_sentences_that_no_rule_was_made_for():
    wanted, found, extra = measure(sentences.UNSEEN)
    assert wanted >= 60
    assert found / wanted >= 0.95
    assert found / (found + extra) >= 0.95


def test_every_finder_has_a_sentence_that_shows_it():
    shown = {finder for _, marks in sentences.parse(sentences.TABLE) for finder, *_ in marks}
    assert {finder.id for finder in FINDERS} == shown
    assert len({finder.id for finder in FINDERS}) == len(FINDERS)


def test_the_synthetic_pool_holds_a_function_a_look_and_what_was_planted():
    said = [text for codes in SAID.values() for texts in codes.values() for text in texts]
    found = {one.text for text in said for opening in OPENINGS for one in find(opening + text, REGISTER)}
    assert found == {"conciërge", "hoofddoek"}
    for *_, text in IDENTIFYING:
        assert find(text.format(name="ROC Proefstad"), REGISTER), text


def test_contact_and_institutions_never_leave():
    text = "Mail 99AB of De Kleine Letter op a.b@voorbeeld.nl, of kijk op @iemand."
    assert {one.level for one in find(text, REGISTER)} == {Level.NEVER}


def test_an_institution_is_found_in_the_edition_that_has_it():
    text = "Op proefstad is het rustig."
    assert find(text) == []
    assert [one.text for one in find(text, REGISTER)] == ["proefstad"]


ZILVERMEER = Register({"99AA": "ROC Zilvermeer", "99AB": "Vakcollege De Kleine Letter"})


@pytest.mark.parametrize(
    "written_so",
    [
        "zilvermeerr",
        "Zilvermeerr",
        "zivlermeer",
        "zilvermer",
        "silvermeer",
        "zilver meer",
        "zilver-meerr",
        "zilvermeercollege",
    ],
)
def test_an_institution_that_is_spelt_wrong_is_found(written_so):
    found = find(f"Bij {written_so} durf ik niets te zeggen.", ZILVERMEER)
    assert any("institution_near" in one.finders and one.level >= Level.IDENTIFIES for one in found), found


@pytest.mark.parametrize("text", ["Een zilveren meer.", "Ik moest de kleine letters lezen.", "De meesten zwijgen."])
def test_words_that_only_look_like_an_institution_are_no_finds(text):
    assert find(text, ZILVERMEER) == []


@pytest.mark.parametrize(("one", "other", "most", "alike"), [
    ("zilvermeer", "zilvermeer", 0, True), ("zilvermeerr", "zilvermeer", 1, True),
    ("zlivermeer", "zilvermeer", 1, True),
    ("zulvermeer", "zilvermeer", 1, True), ("zilvermer", "zilvermeer", 1, True), ("zulvermer", "zilvermeer", 1, False),
    ("zulvermer", "zilvermeer", 2, True), ("meer", "zilvermeer", 2, False),
])  # fmt: skip
def test_how_far_two_spellings_are_apart(one, other, most, alike):
    assert near(one, other, most) is near(other, one, most) is alike


def test_ordinary_words_are_no_names_and_names_no_ordinary_words():
    for word in ("huis", "uitgescholden", "sowieso", "meiden", "anders", "roet", "noord", "vies"):
        assert words.ordinary(word), word
    for word in ("achteringang", "schoolveiligheid", "drempelloosheid", "mbo-team", "kantinejuffen"):
        assert words.known(word), word
    for name in ("gülşen", "wojciech", "fatima", "kevin", "maartje", "tim", "zwolle", "jansen", "shaniqua"):
        assert not words.known(name), name


# what holds for any text

PIECES = [
    *("Toen", "de", "docent", "zei", "Fatima", "rotterdam", "op", "12 maart", "klas 3B", "Ik", "ben", "zeventien"),
    *(
        "‘s-Hertogenbosch",
        "\u00ad",
        "\u200b",
        "…",
        "(",
        ")",
        "'t",
        "J.",
        "Émile",
        "é",
        "@x_y",
        "99AA",
        "ROC",
        "—",
        "\n",
    ),
    *("de enige", "meneer", "van", "der", "Wolk", "06-12345678", "a@b.nl", "😀", "2021", "/", "-", "’s", "ß", "İ"),
]


@pytest.mark.parametrize("seed", range(200))
def test_finds_stand_in_order_apart_and_in_the_text(seed):
    rng = random.Random(seed)
    text = rng.choice(["", " "]).join(rng.choices(PIECES, k=rng.randrange(1, 25)))
    found, shown = find(text, REGISTER), written(text)
    assert all(shown[one.start : one.end] == one.text and one.text.strip() for one in found)
    assert all(before.end <= after.start for before, after in zip(found, found[1:], strict=False))
    assert find(shown, REGISTER) == found
    assert key(f"  {text}\u200b\n") == key(text)


FRAMES = ("Toen zei {} dat het wel meeviel.", "Ik zat naast {}, en die lachte.", "Volgens {} hoort dat erbij.")


@pytest.mark.parametrize("frame", FRAMES)
def test_any_first_name_surname_and_town_with_a_capital_is_found_inside_a_sentence(frame):
    rng = random.Random(frame)
    kinds = (lists.first_names(), lists.surnames(), lists.towns())
    names = [name for kind in kinds for name in rng.sample(sorted(kind), 150)]
    for name in (name.title() for name in names if len(name) > 2 and name not in lists.small("capitals")):
        text = frame.format(name)
        start = text.index(name)
        assert any(overlaps(one, start, start + len(name)) for one in find(text)), text


@pytest.mark.parametrize("opening", ["", "Nou. ", "Hij zei: ", "Echt waar! “", "- "])
def test_a_find_does_not_depend_on_what_stands_before_it(opening):
    for text, marks in sentences.parse(sentences.TABLE)[:80]:
        found = find(opening + text, REGISTER)
        moved = len(written(opening + "x")) - 1
        for _, start, end in marks:
            assert any(overlaps(one, start + moved, end + moved) for one in found), opening + text


def test_words_and_sentences():
    words = Spoken("Nou, dhr. Vos was er. Toen ging Eva's zus: ‘Weg!’").words
    assert [word.text for word in words if word.opens] == ["Nou", "Toen", "Weg"]
    assert [word.small for word in words if word.capital] == ["nou", "vos", "toen", "eva", "weg"]
