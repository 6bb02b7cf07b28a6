"""What the data is: tables and views declared once, the file built from them, releases, queries. Nothing is parsed or judged here."""
