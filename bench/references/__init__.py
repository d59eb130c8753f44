"""What others would write for the same results: each a plain script that knows nothing of ours.

Here: the results that all variants are held to, one script per variant, run as
`python -m bench.references.<variant> RAW RULES OUT`. Not here: starting and measuring them
(`bench.measuring`), the warehouse's own way (`orchestration`).

Patents, from a directory of PatentsView zips and one of rules: `fields.csv` (subclass, main_group,
field: which IPC symbols belong to which technology field) and `areas.csv` (country, area: which
country codes are which area):

`grants`
    area, year, count of utility grants that are not withdrawn. The area is the country of the
    location of the inventor with the lowest sequence; UNK where that has none that is known.
`fields`
    field, area, grants of 2020 to 2024, rank. A patent counts once, split evenly between the
    fields of all its symbols. Ranks are among known areas; equals share the better rank.
    Patents without a field are field 0.
`cited`
    area, patents of 2020 to 2024 among the tenth most cited of their year of grant, share of all
    such patents in percent. Cited is who is named by most different utility grants that are not
    withdrawn, of whatever year. Patents that stand equal at the border weigh so much that the
    tenth is exact.

Customs, from a directory of CSV files, in thousand NT$ as the files are queried:

`goods6s`, `partners`
    year, first six digits of the goods code or the partner's name, value. A month counts as the
    newest file has it; ranges, letter codes and the protected partner do not count.

A quantity that need not be whole is told to six decimals.
"""
