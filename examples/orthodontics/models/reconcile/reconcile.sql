/* archwire
description: Why two figures of the same month differ - the first figure, what each known cause adds, what no cause explains, and the second figure, which is the sum of them. Causes that add nothing are left out.
key: [practice_id, month, location_id, comparison, cause]
tenant: practice_id
*/
with compared as (
  select practice_id, month, location_id, comparison, sum(case when cause = 'to' then value else -value end) as unexplained
  from reconcile.items
  group by practice_id, month, location_id, comparison
),
-- Both figures and what is unexplained stand there even where they are 0.
rows_of as (
  select practice_id, month, location_id, comparison, 'from' as cause, 0 as value
  from compared
  union all
  select practice_id, month, location_id, comparison, 'unexplained', unexplained
  from compared
  union all
  select practice_id, month, location_id, comparison, 'to', 0
  from compared
  union all
  select practice_id, month, location_id, comparison, cause, value
  from reconcile.items
),
summed as (
  select practice_id, month, location_id, comparison, cause, sum(value) as value
  from rows_of
  group by practice_id, month, location_id, comparison, cause
)
select
  s.practice_id,
  s.month,
  s.location_id,
  s.comparison,
  coalesce(l.comparison_label, t.comparison_label) as comparison_label,
  s.cause,
  coalesce(l.cause_label, 'Not explained') as cause_label,
  coalesce(l.position, 98) as position,
  case when t.unit = 'count' then cast(s.value as bigint) end as count,
  case when t.unit = 'usd' then cast(s.value as decimal(18, 2)) end as amount
from summed s
join (select comparison, comparison_label, unit from reconcile.labels where cause = 'from') t on t.comparison = s.comparison
left join reconcile.labels l on l.comparison = s.comparison and l.cause = s.cause
where s.value <> 0
  or s.cause in ('from', 'unexplained', 'to')
