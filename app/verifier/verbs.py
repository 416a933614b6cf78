"""Where a sentence's verbs stand, and whom it is about: enough grammar to part a sentence and to tell whom "it" is."""

import re

from app.verifier.lexicon import lexicon
from app.verifier.reading import Part, Reading, Word, read

LONGEST_SUBJECT = 9  # words
LONGEST_LEAD = 40  # characters between the preposition and its time
_LEAD = re.compile(r"(?:In|On|At|By|During|Since|For|As of|Until|Through)\s")
_BETWEEN = re.compile(r"(?:[\s,]|\bof\b|\bfiscal\b|\byear\b|\bthe\b|\bended\b)*")
_PRONOUN = re.compile(r"(it|they|he|she|its|their|his|her)\b", re.IGNORECASE)
PREPOSED = re.compile(
    r"(?:According|With|Without|Because|If|When|After|Before|Although|Unlike|Like|As|From|To|Of|By|In|On|At|For|Under|While)\s"
)
_NOUN_AFTER = frozenset(
    "a an the of its their his her our this these per in for with by no any each every some such between among".split()
)
_BEFORE_VERB = frozenset("also then now still already later reportedly never not only alone again probably".split())


def lead(text: str) -> str:
    """The time that opens a sentence, with the space after it: "In March 2023 "; "" for none."""
    opening = _LEAD.match(text)
    if not opening:
        return ""
    end = 0
    for time in read(text).times:
        if end and not _BETWEEN.fullmatch(text, end, max(end, time.start)):
            break
        if not end and (time.start - opening.end() > LONGEST_LEAD or re.search(r"[,;:]", text[: time.start])):
            break
        end = max(end, time.end)
    rest = re.match(r"(?:\s*(?:quarter|half|year))?,?\s+", text[end:]) if end else None
    return text[: end + rest.end()] if rest else ""


def first_verb(reading: Reading) -> int:
    """The number of the first word that is a finite verb, -1 where none is known."""
    begin = len(lead(reading.text))
    return next((n for n, word in enumerate(reading.words) if word.start >= begin and is_verb(reading, n)), -1)


def is_verb(reading: Reading, number: int) -> bool:
    """Whether a word is a finite verb, as far as its form and the word before it tell."""
    word = reading.words[number]
    known = lexicon().finite
    if word.lower in known.auxiliaries:
        return True
    if word.part is Part.NUMBER or (word.text[0].isupper() and number):
        return False
    form = word.lower in known.verbs or bool(_PAST.search(word.lower))
    if not form or number == 0:
        return False
    before = reading.words[number - 1]
    if before.lower in _NOUN_AFTER or _POSSESSED.search(reading.text[: word.start]):
        return False
    return not _HYPHEN.search(reading.text[: word.start]) and not _is_adjective(reading, number)


def _is_adjective(reading: Reading, number: int) -> bool:
    """A participle before its noun: in "publicly funded projects had to look" the verb comes later in the same clause."""
    word = reading.words[number]
    if not _PAST.search(word.lower):
        return False
    rest = _CLAUSE_END.split(reading.text[word.end :], maxsplit=1)[0]
    end = word.end + len(rest)
    following = reading.words[number + 1] if number + 1 < len(reading.words) else None
    if following is None or following.part is not Part.CONTENT:
        return False
    finite = lexicon().finite
    later = finite.auxiliaries | finite.verbs
    return any(other.lower in later for other in reading.words[number + 1 :] if other.start < end)


_CLAUSE_END = re.compile(r"[,;:]|\b(?:that|which|who|because|when|if|while|and|but)\b")
_PAST = re.compile(r"(?:(?<!e)(?<!hundr)ed|(?:agre|fre|guarante|decre|referr?)ed)$")
_POSSESSED = re.compile(r"['’]s?\s+$")
_HYPHEN = re.compile(r"-$")


def subject_of(text: str) -> str:
    """Whom or what a sentence is about, as it stands there before the verb; "" where that can't be told."""
    reading = read(text)
    verb = first_verb(reading)
    if verb <= 0:
        return ""
    begin = len(lead(text))
    phrase = text[begin : reading.words[verb].start].strip()
    while (parts := phrase.rsplit(None, 1)) and parts[-1].lower() in _BEFORE_VERB:
        phrase = parts[0] if len(parts) > 1 else ""
    words_ = [word for word in reading.words[:verb] if word.start >= begin]
    if (
        not phrase
        or PREPOSED.match(phrase)
        or len(words_) > LONGEST_SUBJECT
        or re.search(r"[,;:]", phrase)
        or _PRONOUN.match(phrase)
    ):
        return ""
    named = any(word.part in (Part.CONTENT, Part.NAME) for word in words_) or bool(_THE_COMPANY.fullmatch(phrase))
    return phrase if named else ""


_THE_COMPANY = re.compile(r"the\s+(?:company|group|firm)", re.IGNORECASE)


def pronoun_of(text: str) -> "re.Match[str] | None":
    """The pronoun that a sentence is about, after the time that may open it."""
    begin = len(lead(text))
    match = _PRONOUN.match(text, begin)
    return match if match and (begin or match[1][0].isupper()) else None


def resolved(text: str, before: str, company: str = "") -> str:
    """A sentence with whom its opening pronoun means in its place, by the sentence before it; "" where that isn't certain."""
    match = pronoun_of(text)
    if match is None or not before:
        return ""
    pronoun = match[1].lower()
    whom = _person(before, company) if pronoun in ("he", "she", "his", "her") else subject_of(before)
    if not whom:
        return ""
    whose = pronoun in ("its", "their", "his", "her")
    owner = re.match(r"(.+?)['’]s?\s", whom)
    if owner:
        if not whose:
            return ""  # "Vossen's debt fell. It …": the debt, or Vossen
        whom = owner[1]
    if whose:
        whom = re.sub(r"\s*\([^)]*\)", "", whom)
        whom += "'" if whom.endswith("s") else "'s"
    if not match.start():
        return whom + text[match.end() :]
    return (
        text[: match.start()]
        + (whom[0].lower() + whom[1:] if whom.startswith(("The ", "A ")) else whom)
        + text[match.end() :]
    )


_PERSON = re.compile(r"(?<![\w'’])[A-Z][a-z]+(?:\s[A-Z]\.)?\s[A-Z][a-z]+(?![\w'’])")


def _person(text: str, company: str) -> str:
    """The one name of two words in a sentence that isn't the company's; "" where there are several or none."""
    found = {one[0] for one in _PERSON.finditer(text) if one[0] not in company and not lead(text).startswith(one[0])}
    return found.pop() if len(found) == 1 else ""


def names_before_verb(reading: Reading) -> list[Word]:
    """The names that stand before a sentence's first verb, apart from the time that opens it; none where no verb is known."""
    verb = first_verb(reading)
    begin = len(lead(reading.text))
    return [word for word in reading.words[: max(verb, 0)] if word.part is Part.NAME and word.start >= begin]
