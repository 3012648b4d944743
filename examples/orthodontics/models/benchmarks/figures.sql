/* archwire
description: A practice's own figures per complete month and metric, and whether they count in cells - at least 11 people must stand behind a figure. own of a ratio is a quotient; numerator and denominator are exact.
key: [practice_id, month, metric]
tenant: practice_id
*/
with figures as (
  select
    p.practice_id,
    p.month,
    p.size,
    p.region,
    s.metric,
    case when s.is_total then coalesce(f.numerator, 0) else f.numerator end as numerator,
    f.denominator,
    coalesce(n.people, 0) as people
  from benchmarks.practices p
  cross join benchmarks.scales s
  left join benchmarks.sums f on f.practice_id = p.practice_id and f.month = p.month and f.metric = s.metric
  left join benchmarks.people n on n.practice_id = p.practice_id and n.month = p.month and n.counted_among = s.counted_among
),
owned as (
  select
    practice_id,
    month,
    size,
    region,
    metric,
    numerator,
    denominator,
    people,
    case
      when denominator is null then cast(numerator as decimal(18, 4))
      when denominator > 0 then cast(round(numerator::double precision / denominator, 4) as decimal(18, 4))
    end as own
  from figures
)
select
  practice_id,
  month,
  metric,
  size,
  region,
  numerator,
  denominator,
  own,
  people,
  case when own is not null and people >= 11 then true else false end as counts
from owned
