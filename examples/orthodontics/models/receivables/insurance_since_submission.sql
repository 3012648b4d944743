/* archwire
description: Insurance lines that were billed and are not paid, per location, payer and days since their claim was first submitted, at every month end and on the business date. A payer has a row of 0-30 days for each date and location at which it has accounts; other ages have a row only when there is something of that age.
key: [practice_id, as_of, location_id, payer_id, ageing]
tenant: practice_id
*/
with billed as (
  select practice_id, location_id, payer_id, submitted_on, greatest(from_date, submitted_on) as from_date, to_date, unpaid
  from receivables.insurance_steps
  cross join archwire.run r
  where submitted_on is not null
    -- Most steps are over before any date on which states are stated.
    and (to_date is null or to_date > least(last_day(greatest(from_date, submitted_on)), r.as_of))
),
ages as (
  select b.practice_id, d.as_of, b.location_id, b.payer_id, d.as_of - b.submitted_on as days, b.unpaid
  from billed b
  join base.snapshot_dates d on d.practice_id = b.practice_id
  where d.as_of >= b.from_date
    and (b.to_date is null or d.as_of < b.to_date)
),
rows_of_ages as (
  select
    practice_id,
    as_of,
    location_id,
    payer_id,
    case
      when days <= 30 then '0-30'
      when days <= 60 then '31-60'
      when days <= 90 then '61-90'
      when days <= 120 then '91-120'
      when days <= 180 then '121-180'
      else 'over 180'
    end as ageing,
    unpaid
  from ages
  union all
  select practice_id, as_of, location_id, payer_id, '0-30', 0
  from base.insurer_dates
)
select practice_id, as_of, location_id, payer_id, ageing, cast(sum(unpaid) as decimal(18, 2)) as unpaid
from rows_of_ages
group by practice_id, as_of, location_id, payer_id, ageing
