-- Patients in active treatment, with their estimate of the date and their visits.
select p.patient_id, p.location_id, p.provider_id, p.coordinator_id, s.treatment_id, coalesce(s.treatment_category, 'unknown') as category,
    t.start_date, e.edc, coalesce(e.edc < $1::date and (t.end_date is null or t.end_date > $1::date), false) as over_edc,
    v.next_on as next_appointment_on, seen.last_on as last_seen_on, ($1::date - seen.last_on) / 7 as weeks_since_seen,
    v.next_on is null as without_next_appointment,
    $1::date - greatest(seen.last_on, s.from_date, r.go_live_date) > 84 as not_seen_12_weeks,
    h.first_name, h.last_name, h.phone
from pms.status_history s
join pms.patient p on p.patient_id = s.patient_id
join rcm.practice r on r.practice_id = s.practice_id
left join pms.person h on h.person_id = p.person_id
left join pms.treatment t on t.treatment_id = s.treatment_id and t.start_date <= $1::date
left join lateral (
    select v.edc from pms.treatment_edc_revision v where v.treatment_id = t.treatment_id and v.revised_on <= $1::date
    order by v.revised_on desc, v.revision_id desc limit 1
) e on true
cross join lateral (select last_seen(p.patient_id, $1::date) as last_on) seen
cross join lateral (
    select min(a.scheduled_start::date) as next_on
    from appointment_once a
    join rcm.location l on l.location_id = a.location_id
    where a.patient_id = p.patient_id and a.scheduled_start::date > $1::date
        and (a.booked_at at time zone l.time_zone)::date <= $1::date
        and (a.status = 'scheduled' or (a.status_at at time zone l.time_zone)::date > $1::date)
) v
where s.practice_id = :practice and s.status = 'active' and s.from_date <= $1::date and (s.to_date is null or s.to_date > $1::date)
order by p.patient_id
