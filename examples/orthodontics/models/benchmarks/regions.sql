/* archwire
description: Regions per metric and month, and which of them are shown. A region must be safe as a size class must (benchmarks.sizes), and have a practice in each size class that is shown and among those that are not; else regions and sizes together would tell of a smaller group. So must what is kept back, as a whole.
key: [metric, month, region]
*/
with atoms as (
  select
    f.metric,
    f.month,
    f.region,
    case when s.shown then f.size else 'kept back' end as size,
    count(*) as practices,
    max(f.people) as most,
    sum(f.people) as people
  from benchmarks.figures f
  join benchmarks.sizes s on s.metric = f.metric and s.month = f.month and s.size = f.size
  where f.counts
  group by f.metric, f.month, f.region, case when s.shown then f.size else 'kept back' end
),
sizes as (
  select metric, month, count(distinct size) as sizes
  from atoms
  group by metric, month
),
judged as (
  select
    a.metric,
    a.month,
    a.region,
    sum(a.practices) as practices,
    max(a.most) as most,
    sum(a.people) as people,
    case when sum(a.practices) >= 5 and 2 * max(a.most) <= sum(a.people) then 1 else 0 end as safe,
    case when sum(a.practices) >= 5 and 2 * max(a.most) <= sum(a.people) and count(*) = max(s.sizes) then 1 else 0 end as fit
  from atoms a
  join sizes s on s.metric = a.metric and s.month = a.month
  group by a.metric, a.month, a.region
),
kept as (
  select
    metric,
    month,
    region,
    practices,
    most,
    people,
    safe,
    sum(1 - fit) over (partition by metric, month) as unfit,
    row_number() over (partition by metric, month order by fit, practices, region) as position,
    sum(practices) over (partition by metric, month order by fit, practices, region rows unbounded preceding) as kept_practices,
    max(most) over (partition by metric, month order by fit, practices, region rows unbounded preceding) as kept_most,
    sum(people) over (partition by metric, month order by fit, practices, region rows unbounded preceding) as kept_people
  from judged
),
-- From which region on what is kept back has a practice in each size class.
met as (
  select metric, month, max(position) as position
  from (
    select a.metric, a.month, a.size, min(k.position) as position
    from atoms a
    join kept k on k.metric = a.metric and k.month = a.month and k.region = a.region
    group by a.metric, a.month, a.size
  ) first_met
  group by metric, month
),
enough as (
  select k.metric, k.month, min(k.position) as position
  from kept k
  join met m on m.metric = k.metric and m.month = k.month
  where k.position >= k.unfit
    and k.position >= m.position
    and k.kept_practices >= 5
    and 2 * k.kept_most <= k.kept_people
  group by k.metric, k.month
)
select
  k.metric,
  k.month,
  k.region,
  k.practices,
  k.most,
  k.people,
  case when k.safe = 1 then true else false end as safe,
  case when k.unfit = 0 or k.position > e.position then true else false end as shown
from kept k
left join enough e on e.metric = k.metric and e.month = k.month
