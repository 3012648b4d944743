/* archwire
description: Insurance lines expected more than 30 days ago for which nothing has happened - no claim was submitted and nothing was paid - per location and payer, at every month end and on the business date. A payer has a row for each date and location at which it has accounts.
key: [practice_id, as_of, location_id, payer_id]
tenant: practice_id
*/
with silent as (
  select
    practice_id,
    location_id,
    payer_id,
    amount,
    greatest(from_date, due_date + 31) as from_date,
    least(to_date, submitted_on) as to_date
  from receivables.insurance_steps
  where unpaid = amount
    and (submitted_on is null or submitted_on > due_date + 31)
    and (to_date is null or to_date > due_date + 31)
),
gaps as (
  select s.practice_id, d.as_of, s.location_id, s.payer_id, 1 as lines, s.amount
  from silent s
  join base.snapshot_dates d on d.practice_id = s.practice_id
  where d.as_of >= s.from_date
    and (s.to_date is null or d.as_of < s.to_date)
  union all
  select practice_id, as_of, location_id, payer_id, 0, 0
  from base.insurer_dates
)
select practice_id, as_of, location_id, payer_id, cast(sum(lines) as bigint) as lines, cast(sum(amount) as decimal(18, 2)) as amount
from gaps
group by practice_id, as_of, location_id, payer_id
