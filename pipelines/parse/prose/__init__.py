"""Amounts, points and citations of paragraphs; tables are not read here."""
