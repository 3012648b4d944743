select practice_id, debond_date as day, location_id, provider_id, category,
    round((debond_date - band_date) / 30.4375, 2) as numerator,
    1 as denominator
from pms.treatment
where band_date <> date '0001-01-01' and band_date < original_edc and band_date < debond_date and debond_date <= $1::date
