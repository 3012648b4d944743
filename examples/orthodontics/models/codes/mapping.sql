/* archwire
description: What each code that a location uses means. What the practice says of the location goes before what it says of all its locations, and that before what the code means where practices begin; a code that replaced another and of which nothing is said means what the other means. What is left is unmapped. A category that is not among those of codes.standard says nothing.
key: [practice_id, location_id, code]
tenant: practice_id
*/
with used as (
  select distinct practice_id, location_id, code
  from codes.uses
),
said as (
  select m.practice_id, m.location_id, m.code, m.category
  from rcm.code_mapping m
  join (select distinct category from codes.standard) s on s.category = m.category
),
names as (
  select u.practice_id, u.location_id, u.code, u.code as name, 1 as turn
  from used u
  union all
  select u.practice_id, u.location_id, u.code, c.renamed_from, 2
  from used u
  join rcm.transaction_code c on c.practice_id = u.practice_id and c.code = u.code
  where c.renamed_from is not null
),
meanings as (
  select n.practice_id, n.location_id, n.code, n.turn, coalesce(here.category, everywhere.category, s.category) as category
  from names n
  left join said here on here.practice_id = n.practice_id and here.code = n.name and here.location_id = n.location_id
  left join said everywhere on everywhere.practice_id = n.practice_id and everywhere.code = n.name and everywhere.location_id is null
  left join codes.standard s on s.code = n.name
)
select
  practice_id,
  location_id,
  code,
  coalesce(
    max(case when turn = 1 then category end),
    max(case when turn = 2 then category end),
    'unmapped'
  ) as category
from meanings
group by practice_id, location_id, code
