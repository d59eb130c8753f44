"""A worked notebook: has Taiwan gained on the economies that it compares itself with?

Open it with `make notebook`; it reads what has been published. To begin one of your own, copy it.
"""

import marimo

app = marimo.App(width="medium", app_title="Research spending, Taiwan and its peers")


@app.cell
def _():
    import marimo as mo
    import matplotlib.pyplot as plt

    from orchestration.query import open_published
    from orchestration.workspace import WorkspaceError

    return WorkspaceError, mo, open_published, plt


@app.cell
def _(mo):
    mo.md("""
    # Has Taiwan gained on its peers?

    Gross domestic expenditure on R&D as a percentage of GDP, from Table 1-2-2 of the book. The
    numbers are unrounded. Estimates of the editor are drawn hollow.
    """)
    return


@app.cell
def _(WorkspaceError, mo, open_published):
    try:
        database = open_published()
    except WorkspaceError as error:
        raise SystemExit(f"This notebook reads a published edition. {error}") from None

    with database:
        spending = database.frame("""
            select row_key, row_name as economy, cast(period as integer) as year, value, status
            from en.cells
            where table_id = 'T1-2-02' and measure_id = 'gerd_pct_gdp'
            order by row_key, year
        """)
        source = database.frame("select source from en.tables where table_id = 'T1-2-02'").item()
    mo.ui.table(spending)
    return source, spending


@app.cell
def _(spending):
    import polars as pl

    first, last = spending["year"].min(), spending["year"].max()
    gain = (
        spending.filter(pl.col("year").is_in([first, last]))
        .pivot("year", index=["row_key", "economy"], values="value")
        .with_columns((pl.col(str(last)) - pl.col(str(first))).alias("gain_pp"))
        .sort("gain_pp", descending=True, nulls_last=True)
    )
    return first, gain, last, pl


@app.cell
def _(first, gain, last, mo, pl):
    place = gain["row_key"].to_list().index("TWN") + 1
    taiwan = gain.filter(pl.col("row_key") == "TWN")["gain_pp"].item()
    answer = (
        f"From {first} to {last} Taiwan gained {taiwan:.2f} percentage points of GDP: "
        f"place {place} of {gain['gain_pp'].count()}."
    )
    mo.vstack([mo.md(f"**{answer}**"), mo.ui.table(gain)])
    return (answer,)


@app.cell
def _(gain, pl, plt, source, spending):
    leading = [*gain["row_key"].head(4), "TWN"]
    figure, axes = plt.subplots(figsize=(7, 4))
    for key in dict.fromkeys(leading):
        line = spending.filter(pl.col("row_key") == key)
        is_taiwan = key == "TWN"
        colour = "#d55e00" if is_taiwan else "#777777"
        axes.plot(line["year"], line["value"], color=colour, linewidth=2.5 if is_taiwan else 1.2)
        hollow = line.filter(pl.col("status") == "E")
        axes.plot(hollow["year"], hollow["value"], "o", color=colour, markerfacecolor="white")
        axes.annotate(
            line["economy"][-1],
            (line["year"][-1], line["value"][-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=colour,
        )
    axes.set_xticks(sorted(spending["year"].unique()))
    axes.set_ylabel("% of GDP")
    axes.set_title("The economies that gained most, and Taiwan", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.text(0, -0.16, f"Source: {source}", transform=axes.transAxes, fontsize=7)
    figure.subplots_adjust(right=0.8, bottom=0.18)
    figure  # noqa: B018 (what a cell shows)
    return (figure,)


if __name__ == "__main__":
    app.run()
