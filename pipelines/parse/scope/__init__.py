"""What a figure is about: the one place that decides which entity, component, subprogramme, budget and item it is of.

``entities`` finds the entities and annexes of a document in its headings, ``context`` walks them, ``titles`` reads
what a caption says, ``subjects`` what each row of a table is about, ``basis`` whose budget it is of; ``binding``
holds what words told against the figures themselves.
"""
