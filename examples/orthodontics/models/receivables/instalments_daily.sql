/* archwire
description: Instalments per due date, location and payer kind - until the business date what fell due and how much of it was collected, after it what is scheduled and how much of that to expect.
key: [practice_id, due_date, location_id, payer_kind]
tenant: practice_id
*/
with paid as (
  -- Money only: a write-off, a credit or a balance moved elsewhere settles a
  -- line and collects nothing. What takes a payment back counts on the day of
  -- that payment, so that a returned payment was never on time.
  select
    p.practice_id,
    p.instalment_id,
    sum(p.amount) as amount,
    sum(case when coalesce(b.posting_date, p.posted_on) <= i.due_date + k.grace_days then p.amount else 0 end) as on_time
  from rcm.allocation p
  join rcm.ledger_transaction t on t.practice_id = p.practice_id and t.txn_id = p.txn_id and t.affects_collections
  join rcm.instalment i on i.practice_id = p.practice_id and i.instalment_id = p.instalment_id
  join rcm.practice k on k.practice_id = p.practice_id
  cross join archwire.run r
  left join rcm.ledger_transaction b on b.practice_id = t.practice_id and b.txn_id = t.reverses_id
  where p.posted_on <= r.as_of
  group by p.practice_id, p.instalment_id
),
lines as (
  select
    i.practice_id,
    i.due_date,
    a.location_id,
    a.payer_kind,
    1 as due_lines,
    i.amount as due_amount,
    coalesce(p.amount, 0) as collected_amount,
    case when i.due_date + k.grace_days <= r.as_of then i.amount else 0 end as grace_over_amount,
    case when i.due_date + k.grace_days <= r.as_of then coalesce(p.on_time, 0) else 0 end as on_time_amount,
    0 as scheduled_amount,
    0 as expected_amount
  from rcm.instalment i
  join base.accounts a on a.practice_id = i.practice_id and a.account_id = i.account_id
  join rcm.practice k on k.practice_id = i.practice_id
  cross join archwire.run r
  left join paid p on p.practice_id = i.practice_id and p.instalment_id = i.instalment_id
  where i.kind <> 'misc'
    and i.due_date <= r.as_of
    and i.scheduled_on <= i.due_date
    and (i.ended_on is null or i.ended_on > i.due_date)
  union all
  select s.practice_id, s.due_date, s.location_id, s.payer_kind, 0, 0, 0, 0, 0, s.unpaid, s.unpaid * o.probability
  from base.line_steps s
  join receivables.collection_odds o on o.practice_id = s.practice_id and o.account_id = s.account_id
  cross join archwire.run r
  where s.from_date <= r.as_of
    and (s.to_date is null or s.to_date > r.as_of)
    and s.due_date > r.as_of
    and s.due_date <= add_months(r.as_of, 24)::date
)
select
  practice_id,
  due_date,
  location_id,
  payer_kind,
  cast(sum(due_lines) as bigint) as due_lines,
  cast(sum(due_amount) as decimal(18, 2)) as due_amount,
  cast(sum(collected_amount) as decimal(18, 2)) as collected_amount,
  cast(sum(grace_over_amount) as decimal(18, 2)) as grace_over_amount,
  cast(sum(on_time_amount) as decimal(18, 2)) as on_time_amount,
  cast(sum(scheduled_amount) as decimal(18, 2)) as scheduled_amount,
  cast(sum(expected_amount) as decimal(18, 4)) as expected_amount
from lines
group by practice_id, due_date, location_id, payer_kind
