"""Reports on budgets that are no fascicles to rows: peacekeeping missions, revised estimates, results frameworks."""
