"""What must be true before an edition is published.

Here: the statements an editor would read before signing (`suites`), the runner that puts them to a
build through Great Expectations (`runner`), and the one verdict over these and dbt's tests
(`gate`).
Not here: keys, relations, accounting identities, ranges and coverage (dbt_project/tests); whether
code does what it says (tests/).
"""
