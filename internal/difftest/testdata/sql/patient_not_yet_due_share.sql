select l.practice_id, d as day, l.location_id, l.unpaid as numerator, 0 as denominator
from month_ends($1::date) as d
cross join lateral live_lines(d) l
where l.payer_kind = 'responsible_party' and l.due_date > d
union all
select b.practice_id, d, b.location_id, 0, b.balance
from month_ends($1::date) as d
cross join lateral balances(d) b
where b.payer_kind = 'responsible_party' and b.balance > 0
