"""Resolutions, decisions and drafts to rows; fascicles are read in ``pipelines.parse.fascicle``."""
