"""Copies of a release for other readers: PostgreSQL, DuckLake, files, the data package; nothing is computed here."""
