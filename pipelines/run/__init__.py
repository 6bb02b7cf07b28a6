"""A run, from sources to a published release: steps, processes, staging; Dagster is not known here."""
