"""The figures of the book, drawn from the published marts.

Modules, in the order in which they are used: `reading` (marts to typed figures in one language),
`lettering` (fonts, widths of text, line breaks), `style` (the one hand: sizes, colours, marks),
`words` (fixed words, numbers, what is missing), `frame` (title, unit, notes and source around the
chart), `charts` and `bubbles` (one function per kind), `pictures` (SVG, PDF, PNG), `files` (the
data tables, and who draws).

Not here: what a figure shows and how its numbers are computed (figures.yml of the edition,
dbt_project/models/figures).
"""

from __future__ import annotations

from publication.figures.files import write_figures

__all__ = ["write_figures"]
