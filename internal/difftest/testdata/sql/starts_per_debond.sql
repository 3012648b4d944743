select practice_id, start_date as day, location_id, provider_id, category, 1 as numerator, 0 as denominator
from pms.treatment
where start_date is not null and start_date <= $1::date
union all
select practice_id, debond_date, location_id, provider_id, category, 0, 1
from pms.treatment
where debond_date <> date '0001-01-01' and debond_date <= $1::date
