"""Which printed figures are wrong, given the relations that fail; finding the relations is not done here."""
