"""What holds for all tests."""

from hypothesis import settings

# How long a case takes depends on the machine's other work: time is measured by `make bench`, never asserted.
settings.register_profile("footnote", deadline=None)
settings.load_profile("footnote")
