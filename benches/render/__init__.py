"""A fascicle made from facts alone, in any language and format: the scale generator's and the tests' source.

Nothing of a document's sentences goes in: figures, codes, symbols and dimensions are facts, and all words are our
own (``words/<language>.toml``) or fixed terms of the vocabulary.
"""
