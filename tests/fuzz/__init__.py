"""Files, questions and calculations that nobody would write: nothing may crash, hang, or fail but in the product's own words."""
