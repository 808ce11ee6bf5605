"""What the comparisons with other tools have in common: environment, measuring, tables."""
