"""From the printed cells of the 2025/26 edition to raw snapshots in the publishers' own formats.

Here: the script `python -m editions.transcription`, which made `editions/2025-26/raw/` and can be
run again at any time with the same bytes as the result. Not here: reading an edition for the
warehouse (`editions.reader`); nothing of a refresh imports this package.

Modules in the order of the work: `printed` (read the print), `book_inputs` (formulas backwards),
`intervals` (choose the inputs), `publishers` (which number goes into whose file), `formats`
(layouts), `snapshot_writer` (files and sidecar).
"""
