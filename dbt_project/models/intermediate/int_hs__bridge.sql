-- One row per code of six digits, edition of the HS and other edition: the codes that may stand for
-- it there. From a newer to an older edition that is the one code of UNSD's conversion; from an older
-- to a newer one all codes that UNSD correlates with it. Two steps lead over an edition between.
with

conversion as (
    select * from {{ ref('stg_unsd_hs_correlation__conversion') }}
),

correlation as (
    select * from {{ ref('stg_unsd_hs_correlation__correlation') }}
),

step as (
    select
        from_edition,
        from_code,
        to_edition,
        to_code
    from conversion

    union all

    select
        to_edition as from_edition,
        to_code as from_code,
        from_edition as to_edition,
        from_code as to_code
    from correlation
),

two_steps as (
    select distinct
        one.from_edition,
        one.from_code,
        two.to_edition,
        two.to_code
    from step as one
    -- a code may lead to several: many to many, hence the distinct
    inner join step as two
        on
            one.to_edition = two.from_edition
            and one.to_code = two.from_code
    where
        one.from_edition <> two.to_edition
        -- on in the same direction: there and back again would widen the meaning
        and (one.from_edition < one.to_edition) = (two.from_edition < two.to_edition)
),

final as (
    select
        from_edition,
        from_code,
        to_edition,
        to_code,
        1 as steps
    from step

    union all

    select
        from_edition,
        from_code,
        to_edition,
        to_code,
        2 as steps
    from two_steps
)

select * from final
