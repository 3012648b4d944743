select l.practice_id, l.posting_date as day, l.location_id, abs(l.amount) as numerator
from rcm.ledger_transaction l
join meanings m on m.practice_id = l.practice_id and m.location_id = l.location_id and m.code = l.code
where l.posting_date <= $1::date and m.category = 'unmapped'
