"""Rows and cells of printed tables; what a figure is about is decided in ``pipelines.parse.scope``."""
