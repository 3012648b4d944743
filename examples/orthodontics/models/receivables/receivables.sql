/* archwire
description: Receivables per location and payer kind at every month end and on the business date.
key: [practice_id, as_of, location_id, payer_kind]
tenant: practice_id
*/
with changes as (
  select
    practice_id,
    location_id,
    payer_kind,
    as_of,
    receivables_change as receivables,
    credits_change as credits,
    0 as not_yet_due,
    0 as past_due,
    0 as past_due_over_30
  from receivables.balance_changes
  union all
  select
    practice_id,
    location_id,
    payer_kind,
    as_of,
    0,
    0,
    case when ageing = 'not yet due' then change else 0 end,
    case when ageing <> 'not yet due' then change else 0 end,
    case when ageing not in ('not yet due', 'due today', '1-30') then change else 0 end
  from receivables.ageing_changes
  union all
  -- A row for each location on every date, so that the newest date is the
  -- newest for all of them.
  select l.practice_id, l.location_id, k.payer_kind, d.as_of, 0, 0, 0, 0, 0
  from rcm.location l
  join base.snapshot_dates d on d.practice_id = l.practice_id
  cross join (select 'responsible_party' as payer_kind union all select 'insurance') k
),
sums as (
  select
    practice_id,
    location_id,
    payer_kind,
    as_of,
    sum(receivables) as receivables,
    sum(credits) as credits,
    sum(not_yet_due) as not_yet_due,
    sum(past_due) as past_due,
    sum(past_due_over_30) as past_due_over_30
  from changes
  group by practice_id, location_id, payer_kind, as_of
)
select
  practice_id,
  as_of,
  location_id,
  payer_kind,
  cast(sum(receivables) over (partition by practice_id, location_id, payer_kind order by as_of rows unbounded preceding) as decimal(18, 2)) as receivables,
  cast(sum(credits) over (partition by practice_id, location_id, payer_kind order by as_of rows unbounded preceding) as decimal(18, 2)) as credits,
  cast(sum(not_yet_due) over (partition by practice_id, location_id, payer_kind order by as_of rows unbounded preceding) as decimal(18, 2)) as not_yet_due,
  cast(sum(past_due) over (partition by practice_id, location_id, payer_kind order by as_of rows unbounded preceding) as decimal(18, 2)) as past_due,
  cast(sum(past_due_over_30) over (partition by practice_id, location_id, payer_kind order by as_of rows unbounded preceding) as decimal(18, 2)) as past_due_over_30
from sums
