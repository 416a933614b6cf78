"""Killing the process at random points of what it does, and checking that nothing is lost, doubled or half done."""
