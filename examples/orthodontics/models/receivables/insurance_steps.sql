/* archwire
description: The unpaid part of each insurance line over time, as steps, with the amount of the line and the day a claim for it was first submitted (null when none was).
key: [practice_id, instalment_id, from_date]
tenant: practice_id
*/
with submissions as (
  select practice_id, instalment_id, min(submitted_on) as submitted_on
  from rcm.claim
  cross join archwire.run r
  where kind <> 'predetermination'
    and submitted_on <= r.as_of
  group by practice_id, instalment_id
)
select
  s.practice_id,
  s.instalment_id,
  s.location_id,
  s.payer_id,
  s.due_date,
  s.from_date,
  s.to_date,
  s.unpaid,
  i.amount,
  c.submitted_on
from base.line_steps s
join rcm.instalment i on i.practice_id = s.practice_id and i.instalment_id = s.instalment_id
left join submissions c on c.practice_id = s.practice_id and c.instalment_id = s.instalment_id
where s.payer_kind = 'insurance'
