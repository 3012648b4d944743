select l.practice_id, d as day, l.location_id, l.payer_kind, ageing(d - l.due_date), l.unpaid as numerator
from month_ends($1::date) as d
cross join lateral live_lines(d) l
where l.due_date <= d
