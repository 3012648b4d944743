with month as materialized (
    select d, add_months(d, -12) as after from month_ends($1::date) as d
)
select b.practice_id, d as day, b.location_id, 12 * b.balance as numerator, 0 as denominator
from month
cross join lateral balances(d) b
join rcm.practice p on p.practice_id = b.practice_id and p.go_live_date <= after + 1
where b.balance > 0
union all
select t.practice_id, d, t.location_id, 0, t.amount
from month
join rcm.ledger_transaction t on t.posting_date > after and t.posting_date <= d
join rcm.practice p on p.practice_id = t.practice_id and p.go_live_date <= after + 1
where t.affects_production
