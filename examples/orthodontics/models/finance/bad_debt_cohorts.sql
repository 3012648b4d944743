/* archwire
description: What became of the fees produced on a day, until the business date - net production of the accounts whose contract fee was first booked on it, and how much of it was given up as bad debt. Accounts taken over from another system, whose fee was produced elsewhere, are left out.
key: [practice_id, produced_on, location_id, payer_kind]
tenant: practice_id
*/
with produced as (
  select l.practice_id, l.account_id, min(l.posting_date) as produced_on
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.txn_type = 'contract_fee'
    and l.posting_date <= r.as_of
  group by l.practice_id, l.account_id
)
select
  p.practice_id,
  p.produced_on,
  a.location_id,
  a.payer_kind,
  cast(sum(case when l.affects_production then l.amount else 0 end) as decimal(18, 2)) as net_production,
  cast(sum(case when l.txn_type = 'bad_debt_write_off' then -l.amount else 0 end) as decimal(18, 2)) as bad_debt
from produced p
join base.accounts a on a.practice_id = p.practice_id and a.account_id = p.account_id
join rcm.ledger_transaction l on l.practice_id = p.practice_id and l.account_id = p.account_id
cross join archwire.run r
where l.posting_date <= r.as_of
group by p.practice_id, p.produced_on, a.location_id, a.payer_kind
