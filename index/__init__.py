"""Passages → vectors and words on disk → retrieval."""

import os

# Set before NumPy is imported, which reads it once. Its BLAS otherwise keeps each of its threads waiting busily for the next
# product, longer than a search takes: half of a question's processor time, taken from whatever else is at work.
os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
