select practice_id, day, location_id, payer_id, 1 as numerator
from gaps($1::date)
