"""Rows and cells of printed tables; what a figure is about is told in ``pipelines.parse.scope``."""
