"""How bytes become rows and rows a release: stages from ingest to run, the command, and Dagster. Arithmetic checks are in ``expectations``."""
