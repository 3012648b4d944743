with month as materialized (
    select d, add_months(d, -3) as after from month_ends($1::date) as d
)
select t.practice_id, d as day, t.location_id,
    case when t.affects_collections then -t.amount else 0 end as numerator,
    case when t.affects_production then t.amount else 0 end as denominator
from month
join rcm.ledger_transaction t on t.posting_date > after and t.posting_date <= d
join rcm.practice p on p.practice_id = t.practice_id and p.go_live_date <= after + 1
where t.affects_collections or t.affects_production
