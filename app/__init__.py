"""What answers, and what a person meets: page, command line, tools."""

import index as index  # before anything imports NumPy
