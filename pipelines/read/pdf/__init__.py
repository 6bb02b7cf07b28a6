"""PDF files to blocks; what the blocks mean is decided in ``pipelines.parse``."""
