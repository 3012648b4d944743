/* archwire
description: Size classes per metric and month, and which of them are shown. A class is safe when at least 5 practices count in it and none has over half of its people. Those that are not safe are kept back together with the smallest others, so many that what is kept back is safe as a whole - it can be computed from all practices.
key: [metric, month, size]
*/
with classes as (
  select
    metric,
    month,
    size,
    count(*) as practices,
    max(people) as most,
    sum(people) as people
  from benchmarks.figures
  where counts
  group by metric, month, size
),
judged as (
  select
    metric,
    month,
    size,
    practices,
    most,
    people,
    case when practices >= 5 and 2 * most <= people then 1 else 0 end as safe
  from classes
),
-- What would be kept back if this class were the last one kept back.
kept as (
  select
    metric,
    month,
    size,
    practices,
    most,
    people,
    safe,
    sum(1 - safe) over (partition by metric, month) as unsafe,
    row_number() over (partition by metric, month order by safe, practices, size) as position,
    sum(practices) over (partition by metric, month order by safe, practices, size rows unbounded preceding) as kept_practices,
    max(most) over (partition by metric, month order by safe, practices, size rows unbounded preceding) as kept_most,
    sum(people) over (partition by metric, month order by safe, practices, size rows unbounded preceding) as kept_people
  from judged
),
-- The first class with which it is enough.
enough as (
  select metric, month, min(position) as position
  from kept
  where position >= unsafe
    and kept_practices >= 5
    and 2 * kept_most <= kept_people
  group by metric, month
)
select
  k.metric,
  k.month,
  k.size,
  k.practices,
  k.most,
  k.people,
  case when k.safe = 1 then true else false end as safe,
  case when k.unsafe = 0 or k.position > e.position then true else false end as shown
from kept k
left join enough e on e.metric = k.metric and e.month = k.month
