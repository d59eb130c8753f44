"""From marts to what people read: the published directory, and the rounding that print uses.

Reads the finished database only; knows nothing of sources, dbt or Dagster.
"""
