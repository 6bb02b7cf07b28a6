"""What an installation does on its own: watching, expecting, telling. Plain functions; Dagster calls them."""
