"""The commands of `footnote`, by what they are about; `app/cli.py` puts them together."""
