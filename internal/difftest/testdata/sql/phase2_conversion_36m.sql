-- One row for each debond of a month that ended 36 months before the business
-- date or earlier.
select a.practice_id, a.debond_date as day, a.location_id, a.provider_id,
    case when exists (select from pms.treatment b
                      where b.patient_id = a.patient_id and b.category = 'phase2'
                          and b.start_date >= a.debond_date and b.start_date <= add_months(a.debond_date, 36))
         then 1 else 0 end as numerator,
    1 as denominator
from pms.treatment a
join rcm.practice p on p.practice_id = a.practice_id
where a.category = 'phase1' and a.debond_date >= p.go_live_date
    and date_trunc('month', a.debond_date) + interval '37 months' - interval '1 day' <= $1::date
