"""What ``dagster dev -w workspace.yaml`` shows and ``fascicle run`` executes."""

from pipelines.defs import build_definitions

defs = build_definitions()
