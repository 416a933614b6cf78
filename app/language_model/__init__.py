"""Language models behind one small interface; what they write is held to the evidence in `app/writer`."""
