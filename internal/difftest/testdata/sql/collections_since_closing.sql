select practice_id::bigint, month::date as day, location_id::bigint, comparison, cause, value::numeric as numerator
from reconciled($1::date)
where comparison = 'collections_as_closed' and cause <> 'to'
