/* archwire
description: The unpaid part of each instalment line over time, as steps - from from_date up to the day before to_date (null - still) unpaid was open. Days on which nothing was open, or the line was not live, have no step.
key: [practice_id, instalment_id, from_date]
tenant: practice_id
*/
with changes as (
  select practice_id, instalment_id, scheduled_on as changed_on, amount as change
  from rcm.instalment
  union all
  -- A payment made before the line existed counts from its first day.
  select p.practice_id, p.instalment_id, greatest(p.posted_on, i.scheduled_on), -p.amount
  from rcm.allocation p
  join rcm.instalment i on i.practice_id = p.practice_id and i.instalment_id = p.instalment_id
),
days as (
  select practice_id, instalment_id, changed_on, sum(change) as change
  from changes
  group by practice_id, instalment_id, changed_on
),
steps as (
  select
    practice_id,
    instalment_id,
    changed_on,
    lead(changed_on) over (partition by practice_id, instalment_id order by changed_on) as next_on,
    sum(change) over (partition by practice_id, instalment_id order by changed_on rows unbounded preceding) as unpaid
  from days
)
select
  s.practice_id,
  s.instalment_id,
  i.account_id,
  a.location_id,
  a.payer_kind,
  a.payer_id,
  i.due_date,
  s.changed_on as from_date,
  least(s.next_on, i.ended_on) as to_date,
  cast(s.unpaid as decimal(14, 2)) as unpaid
from steps s
join rcm.instalment i on i.practice_id = s.practice_id and i.instalment_id = s.instalment_id
join base.accounts a on a.practice_id = i.practice_id and a.account_id = i.account_id
where s.unpaid <> 0
  and (i.ended_on is null or i.ended_on > s.changed_on)
