select l.practice_id, l.due_date as day, l.location_id, l.payer_kind, l.unpaid as numerator
from live_lines($1::date) l
where l.due_date > $1::date and l.due_date <= add_months($1::date, 24)
