with month as materialized (
    select d, add_months(d, -3) as after, business_days(add_months(d, -3), d) as days from month_ends($1::date) as d
)
select l.practice_id, d as day, l.location_id, l.payer_kind,
    l.unpaid * days as numerator, 0 as denominator
from month
cross join lateral live_lines(d) l
join rcm.practice p on p.practice_id = l.practice_id and p.go_live_date <= after + 1
where l.due_date <= d
union all
select t.practice_id, d, t.location_id, a.payer_kind::text, 0, -t.amount
from month
join rcm.ledger_transaction t on t.posting_date > after and t.posting_date <= d
join rcm.contract_account a on a.account_id = t.account_id
join rcm.practice p on p.practice_id = t.practice_id and p.go_live_date <= after + 1
where t.affects_collections
