/* archwire
description: Quartiles of practices' figures per metric, month and cell, as far as they are shown. suppressed says why not - practices (fewer than 5 count), share (one has over half of the people) or complement (it, or a smaller group, could be computed from what is shown). practices is rounded down to a multiple of 5.
key: [metric, month, cell]
*/
with members as (
  select
    f.metric,
    f.month,
    f.own::double precision as own,
    f.people,
    c.cell,
    case
      when c.cell = 'all' then true
      when c.cell = 'size' then s.shown
      when c.cell = 'region' then r.shown
      else s.shown and coalesce(b.shown, false)
    end as shown,
    case
      when c.cell = 'all' then 'all'
      when c.cell = 'size' then 'size: ' || f.size
      when c.cell = 'region' then 'region: ' || f.region
      else 'region: ' || f.region || ', size: ' || f.size
    end as name
  from benchmarks.figures f
  cross join (select 'all' as cell union all select 'size' union all select 'region' union all select 'both') c
  join benchmarks.sizes s on s.metric = f.metric and s.month = f.month and s.size = f.size
  join benchmarks.regions r on r.metric = f.metric and r.month = f.month and r.region = f.region
  left join benchmarks.regions_by_size b on b.metric = f.metric and b.month = f.month and b.region = f.region
  where f.counts
),
quartiles as (
  select
    metric,
    month,
    name as cell,
    count(*) as practices,
    case
      when count(*) < 5 then 'practices'
      when 2 * max(people) > sum(people) then 'share'
      when max(case when shown then 1 else 0 end) = 0 then 'complement'
      else ''
    end as suppressed,
    percentile_cont(0.25) within group (order by own) as lower_quartile,
    percentile_cont(0.5) within group (order by own) as median,
    percentile_cont(0.75) within group (order by own) as upper_quartile
  from members
  group by metric, month, name
)
select
  q.metric,
  q.month,
  q.cell,
  q.suppressed,
  case when q.suppressed = '' then cast(round(q.lower_quartile::double precision / s.rounded_to) * s.rounded_to as decimal(18, 4)) end as lower_quartile,
  case when q.suppressed = '' then cast(round(q.median::double precision / s.rounded_to) * s.rounded_to as decimal(18, 4)) end as median,
  case when q.suppressed = '' then cast(round(q.upper_quartile::double precision / s.rounded_to) * s.rounded_to as decimal(18, 4)) end as upper_quartile,
  case when q.suppressed = '' then cast(q.practices - mod(q.practices, 5) as bigint) end as practices
from quartiles q
join benchmarks.scales s on s.metric = q.metric
