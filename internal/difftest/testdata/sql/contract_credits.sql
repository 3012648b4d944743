select b.practice_id, d as day, b.location_id, b.payer_kind, b.balance as numerator
from month_ends($1::date) as d
cross join lateral balances(d) b
where b.balance < 0
