"""Ingest: what the user names becomes inputs with their originals kept by hash, or goes to quarantine."""
