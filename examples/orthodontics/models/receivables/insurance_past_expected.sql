/* archwire
description: Insurance payments that are later than expected, per location, payer and age, at every month end and on the business date. A payer has a row of age 1-30 for each date and location at which it has accounts; other ages have a row only when there is something of that age. A practice that never billed an insurer has rows of payer 0.
key: [practice_id, as_of, location_id, payer_id, ageing]
tenant: practice_id
*/
with changes as (
  select practice_id, location_id, payer_id, ageing, as_of, change
  from receivables.ageing_changes
  where payer_kind = 'insurance'
    and ageing not in ('not yet due', 'due today')
),
pairs as (
  select distinct practice_id, location_id, payer_id, '1-30' as ageing, cast(null as date) as first_as_of
  from base.accounts
  where payer_kind = 'insurance'
  union all
  select practice_id, location_id, payer_id, ageing, min(as_of)
  from changes
  where ageing <> '1-30'
  group by practice_id, location_id, payer_id, ageing
  union all
  -- A practice that never billed an insurer has a zero, not a gap.
  select l.practice_id, min(l.location_id), 0, '1-30', cast(null as date)
  from rcm.location l
  left join (select distinct practice_id from base.accounts where payer_kind = 'insurance') a on a.practice_id = l.practice_id
  where a.practice_id is null
  group by l.practice_id
),
dense as (
  select practice_id, location_id, payer_id, ageing, as_of, change
  from changes
  union all
  select p.practice_id, p.location_id, p.payer_id, p.ageing, d.as_of, 0
  from pairs p
  join base.snapshot_dates d on d.practice_id = p.practice_id
  where p.first_as_of is null
    or d.as_of >= p.first_as_of
),
sums as (
  select practice_id, location_id, payer_id, ageing, as_of, sum(change) as change
  from dense
  group by practice_id, location_id, payer_id, ageing, as_of
),
amounts as (
  select
    practice_id,
    as_of,
    location_id,
    payer_id,
    ageing,
    sum(change) over (partition by practice_id, location_id, payer_id, ageing order by as_of rows unbounded preceding) as past_expected
  from sums
)
select practice_id, as_of, location_id, payer_id, ageing, cast(past_expected as decimal(18, 2)) as past_expected
from amounts
where past_expected <> 0
  or ageing = '1-30'
