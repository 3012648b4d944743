select practice_id, day, location_id, payer_id, amount as numerator
from gaps($1::date)
