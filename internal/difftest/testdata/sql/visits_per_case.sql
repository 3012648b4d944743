-- One row for each debonded treatment, with the number of visits to it.
select t.practice_id, t.debond_date as day, t.location_id, t.provider_id, t.category,
    (select count(*)
     from pms.appointment a
     where a.patient_id = t.patient_id and a.treatment_id = t.treatment_id and a.status in ('completed', 'walk_in')
         and a.scheduled_start::date between t.band_date and t.debond_date
         and not exists (select from pms.appointment b
                         where b.patient_id = a.patient_id and b.scheduled_start = a.scheduled_start
                             and b.appt_type = a.appt_type and b.appointment_id < a.appointment_id)) as numerator,
    1 as denominator
from pms.treatment t
join rcm.practice p on p.practice_id = t.practice_id
where t.band_date >= p.go_live_date and t.debond_date >= t.band_date and t.debond_date <= $1::date
