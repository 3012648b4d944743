/* archwire
description: Regions whose size classes are shown one by one, per metric and month. Each must be safe, also what is kept back of the region; and so must be what the other regions have in each size class, which can be computed from the size classes. Regions that are kept back count as one.
key: [metric, month, region]
*/
with atoms as (
  select
    f.metric,
    f.month,
    case when r.shown then f.region else 'kept back' end as region,
    case when s.shown then f.size else 'kept back' end as size,
    count(*) as practices,
    max(f.people) as most,
    sum(f.people) as people
  from benchmarks.figures f
  join benchmarks.sizes s on s.metric = f.metric and s.month = f.month and s.size = f.size
  join benchmarks.regions r on r.metric = f.metric and r.month = f.month and r.region = f.region
  where f.counts
  group by
    f.metric,
    f.month,
    case when r.shown then f.region else 'kept back' end,
    case when s.shown then f.size else 'kept back' end
),
judged as (
  select
    metric,
    month,
    region,
    sum(practices) as practices,
    min(case when region <> 'kept back' and practices >= 5 and 2 * most <= people then 1 else 0 end) as fit
  from atoms
  group by metric, month, region
),
ordered as (
  select
    metric,
    month,
    region,
    sum(1 - fit) over (partition by metric, month) as unfit,
    row_number() over (partition by metric, month order by fit, practices, region) as position
  from judged
),
kept as (
  select
    o.metric,
    o.month,
    o.region,
    o.unfit,
    o.position,
    sum(a.practices) over (partition by a.metric, a.month, a.size order by o.position rows unbounded preceding) as kept_practices,
    max(a.most) over (partition by a.metric, a.month, a.size order by o.position rows unbounded preceding) as kept_most,
    sum(a.people) over (partition by a.metric, a.month, a.size order by o.position rows unbounded preceding) as kept_people
  from ordered o
  join atoms a on a.metric = o.metric and a.month = o.month and a.region = o.region
),
enough as (
  select metric, month, min(position) as position
  from (
    select
      metric,
      month,
      position,
      min(case when position >= unfit and kept_practices >= 5 and 2 * kept_most <= kept_people then 1 else 0 end) as safe
    from kept
    group by metric, month, position
  ) judged_again
  where safe = 1
  group by metric, month
)
select
  o.metric,
  o.month,
  o.region,
  case when o.unfit = 0 or o.position > e.position then true else false end as shown
from ordered o
left join enough e on e.metric = o.metric and e.month = o.month
where o.region <> 'kept back'
