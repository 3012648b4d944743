/* archwire
description: How many people stand behind the figures of a practice's complete months - those it was counted among, each once. Where a figure tells of the practice as a whole they are the patients in treatment at the month's end.
key: [practice_id, month, counted_among]
tenant: practice_id
*/
with seen as (
  select practice_id, date_trunc('month', scheduled_on)::date as month, 'appointments' as counted_among, patient_id
  from base.appointments
  where status in ('completed', 'no_show')
  union
  select practice_id, date_trunc('month', scheduled_on)::date, 'scheduled exams', patient_id
  from pms.exam
  where exam_type in ('new_child', 'new_adult')
    and status in ('kept', 'no_show', 'cancelled')
  union
  select practice_id, date_trunc('month', kept_on)::date, 'exams', patient_id
  from pms.exam
  where exam_type in ('new_child', 'new_adult')
    and status = 'kept'
  union
  select practice_id, date_trunc('month', entered_on)::date, 'contracts', patient_id
  from finance.contracts_entered
  union
  select practice_id, date_trunc('month', entered_on)::date, 'fees', patient_id
  from finance.contracts_entered
  where fee_known = 1
  union
  select c.practice_id, date_trunc('month', l.posted_on)::date, 'adjudications', c.patient_id
  from rcm.remittance_line l
  join claims.claims c on c.practice_id = l.practice_id and c.claim_id = l.claim_id
  where c.claim_kind <> 'predetermination'
    and l.clp02 in ('1', '2', '3')
  union
  select practice_id, date_trunc('month', first_paid_on)::date, 'payments', patient_id
  from claims.claims
  where claim_kind <> 'predetermination'
    and submitted_on is not null
    and first_paid_on is not null
  union
  select practice_id, date_trunc('month', start_date)::date, 'starts', patient_id
  from base.treatments
  where start_date is not null
),
counts as (
  select practice_id, month, counted_among, count(*) as people
  from seen
  group by practice_id, month, counted_among
  union all
  select practice_id, date_trunc('month', as_of)::date, 'practice', sum(active_patients)
  from clinical.active_care
  where as_of = last_day(as_of)
  group by practice_id, date_trunc('month', as_of)::date
)
select p.practice_id, p.month, c.counted_among, cast(c.people as bigint) as people
from benchmarks.practices p
join counts c on c.practice_id = p.practice_id and c.month = p.month
