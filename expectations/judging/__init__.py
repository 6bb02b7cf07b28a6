"""Judging one document, and documents against one another; single checks are in ``relations`` and ``structure``."""
