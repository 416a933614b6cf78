"""What Footnote is shipped with: the packages that it runs on, their licences, and a bill of them."""
