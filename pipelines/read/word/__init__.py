"""Word files to blocks; what the blocks mean is told in ``pipelines.parse``."""
