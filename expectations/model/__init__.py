"""What judging works on: claims, relations, verdicts, and their words; no check lives here."""
