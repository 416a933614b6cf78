"""Tables of a page that has no marks for them: found from where its words stand."""
