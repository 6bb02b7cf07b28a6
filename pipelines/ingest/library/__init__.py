"""Records of the Digital Library; documents themselves are fetched in ``pipelines.ingest.fetch``."""
