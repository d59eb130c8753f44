"""Whether what is printed is right: cells and sentences of a book against the evidence.

Here: exact intervals, the book's own consistency, printed against computed, the likely cause of a
difference, claims. Pure functions on frames. Not here: reading an edition's files (editions),
computing the book (dbt_project), what a verdict leads to (expectations), commands (orchestration).
"""
