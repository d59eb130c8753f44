"""Statements of a book's prose against the evidence.

Here: the language in which an editor writes a statement (`forms`, `expression`), how the vague
words are read (`words`), evaluation on computed and on printed cells (`evaluate`), and the lines of
the mart (`mart`). Not here: reading claims.yml (editions), the policy (`reconciliation.policy`).
"""
