select practice_id, debond_date as day, location_id, provider_id, category, 1 as numerator
from pms.treatment
where debond_date is not null and debond_date <> date '0001-01-01' and debond_date <= $1::date
