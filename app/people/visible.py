"""Who may read what: the one rule, as conditions in SQL.

A document is read by its owners; by everyone where it has none; and by everyone where one of its owners has put it into a
shared collection of theirs. A collection shares nothing that isn't its owner's: who is shown a document can't pass it on.
A chat is read by its owner, and by everyone where it is shared or has none.
"""


def document_is_seen(person: int, column: str) -> str:
    """The condition that a person reads the document whose id stands in `column`."""
    owned = f"SELECT 1 FROM main.document_owners AS whose WHERE whose.document_id = {column}"
    shared = (
        "SELECT 1 FROM main.collection_documents AS held JOIN main.collections AS kept ON kept.id = held.collection_id "
        "JOIN main.document_owners AS whose ON whose.document_id = held.document_id AND whose.user_id = kept.owner_id "
        f"WHERE held.document_id = {column} AND kept.shared"
    )
    return (
        f"(NOT EXISTS ({owned}) OR EXISTS ({owned} AND whose.user_id = {int(person)})"
        f"{f' OR EXISTS ({shared})' if person > 0 else ''})"
    )


def chat_is_seen(person: int, row: str) -> str:
    """The condition that a person reads the chat whose row goes by the name `row`."""
    mine = f"{row}.owner_id IS NULL OR {row}.owner_id = {int(person)}"
    return f"({mine}{f' OR {row}.shared' if person > 0 else ''})"
