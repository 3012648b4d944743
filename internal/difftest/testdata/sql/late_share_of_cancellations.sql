select a.practice_id, a.scheduled_start::date as day, a.location_id, a.provider_id, a.appt_type,
    case when a.scheduled_start at time zone l.time_zone - a.status_at < interval '24 hours'
         then 1 else 0 end as numerator,
    1 as denominator
from pms.appointment a
join rcm.location l on l.location_id = a.location_id
where a.status = 'cancelled' and a.scheduled_start::date <= $1::date
    and not exists (select from pms.appointment b
                    where b.patient_id = a.patient_id and b.scheduled_start = a.scheduled_start
                        and b.appt_type = a.appt_type and b.appointment_id < a.appointment_id)
