"""What must be true of the data: checks, verdicts, findings, doubts, the gate. Where bytes come from is not known here."""
