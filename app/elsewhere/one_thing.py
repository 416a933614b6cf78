"""Whether two clauses are of one thing: one measure or matter, one subject, one time; else they can't contradict each other."""

from app.elsewhere.core import RISE_OR_FALL, Core
from app.elsewhere.lists import lists
from app.verifier.reading import Part, read


def of_one_thing(here: Core, there: Core) -> bool:
    """Whether two clauses speak of one measure or matter: each of the other's words, besides what only comes with it."""
    with_figures = bool(here.figures and there.figures)
    mine, theirs = (here.keys, there.keys) if with_figures else (here.every, there.every)
    if with_figures and (here.said.names or there.said.names):
        return _of_one_item(here, there)
    if not mine or not theirs or here.measures & measures_of(mine) != there.measures & measures_of(theirs):
        return False
    return all(there.has(key) for key in mine) and all(here.has(key) for key in theirs)


def differ_in_names(here: Core, there: Core) -> bool:
    """Whether two clauses speak of the same but for the names in them: the revenue of two companies."""
    if here.said.company and (here.said.company <= there.said.company or there.said.company <= here.said.company):
        return False
    mine, theirs = here.keys - here.names, there.keys - there.names
    return bool(mine and theirs) and all(map(there.has, mine)) and all(map(here.has, theirs))


def measures_of(keys: frozenset[str]) -> frozenset[str]:
    """The measures among keys."""
    return frozenset(key[1:] for key in keys if key.startswith("="))


def _of_one_item(here: Core, there: Core) -> bool:
    """The same where one of the two is a line item of a statement, which goes by several names."""
    for one, other in ((here, there), (there, here)):
        for name in (*one.said.names, one.text.split(":")[0]) if one.said.names else ():
            reading = read(name)
            held = {f"={found.measure.name}" for found in reading.measures}
            spans = [(found.start, found.end) for found in reading.measures]
            held |= {
                word.stem
                for word in reading.words
                if word.part in (Part.CONTENT, Part.NAME) and not any(s <= word.start < e for s, e in spans)
            }
            bare = other.keys - other.said.company - other.names
            if held and held == {key for key in bare if key not in one.said.company}:
                return True
    return False


def of_one_subject(here: Core, there: Core) -> bool:
    """Whether both are of one company, or of what they name; not where one of them doesn't tell."""
    mine, theirs = here.said.company, there.said.company
    if here.names and there.names:
        return all(there.has(name, True) for name in here.names) and all(here.has(name, True) for name in there.names)
    if here.names or there.names:
        named, silent = (here.names, theirs) if here.names else (there.names, mine)
        own = named & silent
        return bool(own) and own == silent
    if mine and theirs:
        return mine <= theirs or theirs <= mine
    same_title = bool(here.said.metadata.title) and here.said.metadata.title == there.said.metadata.title
    return not mine and not theirs and (same_title or bool(here.said.document == there.said.document != ""))


def subject_named(one: Core) -> str:
    """Whom or what a clause is of, for a person: the names in it, else its document's company."""
    named = [word.text for word in read(one.text).words if word.stem in one.names]
    return " ".join(dict.fromkeys(named)) or one.said.metadata.company or one.said.document or "the sentence"


def of_one_time(here: Core, there: Core) -> bool:
    """Whether both are of one period: stated, or that of their documents; or neither document has one."""
    mine, theirs = here.when, there.when
    if mine is None or theirs is None:
        return False
    if mine.year is None and mine.end is None and theirs.year is None and theirs.end is None:
        return mine == theirs  # no period at all, in either
    return mine.same(theirs)


def may_contradict(here: Core, there: Core) -> bool:
    """Whether a difference is one: not where a heading, or a report of many parts and periods, may stand behind it."""
    if not (here.said.certain and there.said.certain):
        return False
    for one, other in ((here, there), (there, here)):
        if one.said.is_cell:
            continue
        known = lists().headings | one.said.company | other.said.company | other.said.headings
        title = frozenset(word.stem for word in read(one.said.metadata.title or "").words)
        strange = one.said.headings - known - other.words.stems - one.words.stems - title
        if any(not each.isdigit() for each in strange):
            return False
    stated = [bool(one.when and one.when.stated) or one.said.is_cell for one in (here, there)]
    if (here.said.is_report or there.said.is_report) and not all(stated):
        return False
    # A report seldom contradicts itself: what differs is of another part of the company.
    same = here.said.document == there.said.document != ""
    return not (same and here.said.is_report and not (here.said.names or there.said.names))


def on_other_sides(here: Core, there: Core) -> bool:
    """Whether the two are on other sides of an opposite: a purchase and a sale, a profit and a loss."""
    return any(
        (place, -side) in there.signs and (place, side) not in there.signs
        for place, side in here.signs
        if place != RISE_OR_FALL
    )
