-- One row per month (or year), goods code and file where several files hold the period: which of
-- them is right. Final lines come before preliminary ones, lines by partner before lines of the whole
-- world, and then the later query. A query is by goods code and holds all partners of it, so one
-- file gives a code's whole month: its lines are never mixed with another's.
-- Files that say the same are no contradiction; ones that differ without an order are
-- (is_contradicted, which stops the edition).
with

line as (
    select * from {{ ref('stg_customs_portal__trade_line') }}
),

file_period as (
    select * from {{ ref('stg_customs_portal__file_period') }}
    where
        period_kind <> 'range'
        and flow_zh = {{ edition_parameter('exports.flow') }}
),

contested_period as (
    select period from {{ ref('int_customs__period') }}
    where is_contested
),

goods_file as (
    select
        line.period_from as period,
        line.goods_code,
        line.file_key,
        line.is_preliminary,
        count(*) as line_count,
        sum(line.value_ntd_thousand) as value_ntd_thousand,
        -- equal for equal lines: whoever trades with whom, at which value
        sum(hash(
            line.partner_label_zh, line.value_ntd_thousand, line.value_usd_thousand
        )) as fingerprint
    from line
    -- a line has one period: many to one
    inner join contested_period
        on line.period_from = contested_period.period
    where
        line.is_addable
        and line.flow_zh = {{ edition_parameter('exports.flow') }}
        and cast(length(line.goods_code) as varchar)
        = {{ edition_parameter('exports.goods_digits') }}
    group by
        line.period_from,
        line.goods_code,
        line.file_key,
        line.is_preliminary
),

ranked as (
    select
        goods_file.*,
        file_period.has_partners,
        file_period.asked_at,
        file_period.source_file,
        row_number() over preference as place,
        first_value(goods_file.is_preliminary) over preference as chosen_is_preliminary,
        first_value(file_period.has_partners) over preference as chosen_has_partners,
        first_value(file_period.asked_at) over preference as chosen_asked_at,
        first_value(goods_file.fingerprint) over preference as chosen_fingerprint,
        first_value(file_period.source_file) over preference as chosen_source_file
    from goods_file
    -- a file says of a period once whether it is preliminary: many to one
    inner join file_period
        on
            goods_file.file_key = file_period.file_key
            and goods_file.period = file_period.period_from
            and goods_file.is_preliminary = file_period.is_preliminary
    window preference as (
        partition by goods_file.period, goods_file.goods_code
        order by
            goods_file.is_preliminary,
            file_period.has_partners desc,
            file_period.asked_at desc nulls last,
            file_period.source_file
    )
),

final as (
    select
        period,
        goods_code,
        file_key,
        is_preliminary,
        source_file,
        chosen_source_file,
        line_count,
        value_ntd_thousand,
        place = 1 as is_used,
        place > 1
        and fingerprint <> chosen_fingerprint
        and is_preliminary = chosen_is_preliminary
        and has_partners = chosen_has_partners
        and coalesce(asked_at = chosen_asked_at, true) as is_contradicted
    from ranked
)

select * from final
