"""Documents reviewed before they are printed: comments on what is wrong, in the Word file or the PDF itself.

A review reads, parses and judges files as a run does, in guarded processes, and publishes nothing. ``judging`` makes
rows of files, ``notes`` makes of the rows what an editor reads, ``word_comments`` and ``pdf`` write that into
copies of the files. ``corrigendum`` and ``evidence`` do the same for a published release: the corrections in the form
in which corrigenda are printed, and pictures of the pages.
"""
