"""What every stage shares: blocks, numbers, grades, heads, languages, facts; it imports no stage."""
