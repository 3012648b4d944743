/* archwire
description: Accounts as they stand on the business date - what one payer owes under a contract, and how much of it is due.
key: [practice_id, account_id]
tenant: practice_id
*/
with ledger as (
  select l.practice_id, l.account_id, sum(l.amount) as balance
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.posting_date <= r.as_of
  group by l.practice_id, l.account_id
),
lines as (
  select
    s.practice_id,
    s.account_id,
    sum(case when s.due_date > r.as_of then s.unpaid else 0 end) as not_yet_due,
    sum(case when s.due_date <= r.as_of then s.unpaid else 0 end) as past_due
  from base.line_steps s
  cross join archwire.run r
  where s.from_date <= r.as_of
    and (s.to_date is null or s.to_date > r.as_of)
  group by s.practice_id, s.account_id
)
select
  a.practice_id,
  a.account_id,
  a.contract_id,
  a.treatment_id,
  a.patient_id,
  a.location_id,
  a.provider_id,
  a.payer_kind,
  a.payer_id,
  c.payment_arrangement,
  a.opened_on,
  a.closed_on,
  a.share_amount,
  cast(coalesce(g.balance, 0) as decimal(18, 2)) as balance,
  cast(coalesce(l.not_yet_due, 0) as decimal(18, 2)) as not_yet_due,
  cast(coalesce(l.past_due, 0) as decimal(18, 2)) as past_due,
  o.days_past_due,
  o.has_profile
from base.accounts a
join receivables.collection_odds o on o.practice_id = a.practice_id and o.account_id = a.account_id
join rcm.contract c on c.practice_id = a.practice_id and c.contract_id = a.contract_id
left join ledger g on g.practice_id = a.practice_id and g.account_id = a.account_id
left join lines l on l.practice_id = a.practice_id and l.account_id = a.account_id
