"""Doubts about our own reading; findings about the print are in ``expectations.localise``."""
