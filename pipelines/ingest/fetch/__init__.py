"""Downloads: documents of the documents server and records of the Digital Library; settings, client, pace, log.

Files that are here already are landed by ``pipelines.ingest.land``.
"""
