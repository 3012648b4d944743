select practice_id, start_date as day, location_id, provider_id, 1 as numerator, 0 as denominator
from pms.treatment
where category = 'phase2' and start_date <= $1::date
union all
select practice_id, debond_date, location_id, provider_id, 0, 1
from pms.treatment
where category = 'phase1' and debond_date <> date '0001-01-01' and debond_date <= $1::date
