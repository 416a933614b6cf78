"""Questions over a table and the text around it."""
