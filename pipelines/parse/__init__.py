"""Parsers: blocks of a document to rows, whatever its format. They judge no figure and know no format."""
