"""Downloads from the documents server: settings, client, pace, log; files that lie here already are landed by ``pipelines.ingest.land``."""
