"""The errors a caller can meet, under one root. Each message says what was wrong and what to do next."""


class FootnoteError(Exception):
    """Root of every error that Footnote raises on purpose; its message is fit to show to a person."""


class UnreadableFile(FootnoteError):
    """A file can't be turned into a `Document`: broken, encrypted, empty, too large or of an unknown kind."""


class PasswordNeeded(UnreadableFile):
    """A file is protected by a password, and none was given, or another one."""


class OcrMissing(FootnoteError):
    """Character recognition can't be used here; the message says what to install or set, as a part of a sentence."""


class Stopped(FootnoteError):
    """A person stopped the work; what was finished until then is kept."""


class DataProblem(FootnoteError):
    """A data file (glossary, lexicon, units) or the data directory is malformed."""


class Busy(DataProblem):
    """Another process is writing to the data directory and isn't done in time; nothing was changed."""


class IndexMismatch(FootnoteError):
    """The index was built with another embedding model or schema than the one in use."""


class VectorsProblem(FootnoteError):
    """The server that holds the vectors can't be used: not reached, too slow, or it refused the token."""


class SharedProblem(DataProblem):
    """The PostgreSQL database that servers share can't be used: not reached, refused, or another corpus's."""


class ClusterProblem(FootnoteError):
    """The cluster that files are read on can't be used: not reached, or its workers don't have this Footnote."""


class UnknownDocument(FootnoteError):
    """No document with that id or name is in the index."""


class UnknownCollection(FootnoteError):
    """No collection with that id or name is kept."""


class BadName(FootnoteError):
    """A name that can't be taken: empty, too long, or taken already."""


class EmptyScope(FootnoteError):
    """What a question is asked of holds no document: all have gone, or none was put in."""


class UnknownChat(FootnoteError):
    """No chat, or message of one, with that id is kept."""


class NothingToExport(FootnoteError):
    """An export that would be empty: a chat without answers, figures of an answer that has none."""


class NotYours(FootnoteError):
    """What is asked for belongs to another person, or is everyone's and not to be changed by one."""


class NotSignedIn(FootnoteError):
    """Nobody is signed in, and what is asked for is given to people who are."""


class BadPerson(FootnoteError):
    """A person's name or password that can't be taken, or a person who isn't there."""


class BadQuestion(FootnoteError):
    """A question that can't be taken: empty or far too long."""


class BadDraft(FootnoteError):
    """An answer to check that isn't one: no object, or without the fields that the check needs."""


class ModelProblem(FootnoteError):
    """A language model can't be used: not reached, too slow, refused the key, or spoke nonsense."""


class CalculationError(FootnoteError):
    """An expression can't be computed: syntax, size, unit or domain."""


class UnitMismatch(CalculationError):
    """Two quantities whose units can't meet in the operation asked for."""


class UndefinedResult(CalculationError):
    """The operation has no value there (a division by zero, growth from zero, …)."""
