"""What an installation does by itself: watch the landing folder, expect documents, send alerts. Dagster calls it."""
