"""Apache Superset over a release: its datasets, metrics and dashboards as code, and how it is started.

``dashboards`` and ``peacekeeping`` say what is shown, ``datasets`` what is measured, ``assets`` renders it to Superset's
export format; ``serve`` and ``superset_config`` run in Superset's own environment (``requirements.txt``), never in
Fascicle's.
"""
