/* archwire
description: A practice's own figures beside the quartiles of the cells it belongs to, per complete month and metric. What other practices contribute comes from benchmarks.cells alone, where it is decided what is shown.
key: [practice_id, month, metric, cell]
tenant: practice_id
*/
with own as (
  select
    f.practice_id,
    f.month,
    f.metric,
    f.numerator,
    f.denominator,
    f.own,
    case
      when c.cell = 'all' then 'all'
      when c.cell = 'size' then 'size: ' || f.size
      when c.cell = 'region' then 'region: ' || f.region
      else 'region: ' || f.region || ', size: ' || f.size
    end as cell,
    case
      when c.cell = 'all' then 'All practices'
      when c.cell = 'size' then f.size || ' starts a year'
      when c.cell = 'region' then 'Region ' || f.region
      else 'Region ' || f.region || ', ' || f.size || ' starts a year'
    end as cell_label
  from benchmarks.figures f
  cross join (select 'all' as cell union all select 'size' union all select 'region' union all select 'both') c
)
select
  o.practice_id,
  o.month,
  o.metric,
  o.cell,
  o.cell_label,
  o.own,
  o.numerator as own_numerator,
  o.denominator as own_denominator,
  c.lower_quartile,
  c.median,
  c.upper_quartile,
  c.practices,
  coalesce(c.suppressed, 'practices') as suppressed
from own o
left join benchmarks.cells c on c.metric = o.metric and c.month = o.month and c.cell = o.cell
