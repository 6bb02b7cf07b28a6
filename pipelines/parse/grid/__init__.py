"""What a printed table is, from its caption, heads and stub; its rows are made in ``pipelines.parse.tables``."""
