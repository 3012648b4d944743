/* archwire
description: From net production by posting date to net production by service date, per ledger transaction that counts in different months or not yet.
key: [practice_id, txn_id, side]
tenant: practice_id
*/
with moved as (
  select
    l.practice_id,
    l.txn_id,
    l.location_id,
    date_trunc('month', l.posting_date)::date as posted,
    date_trunc('month', l.service_date)::date as served,
    case
      when l.service_date > r.as_of then 'service_ahead'
      when l.txn_type = 'contract_fee' then 'fee_entered_late'
      when l.txn_type = 'discount' then 'discount_entered_late'
      when l.txn_type = 'misc_charge' then 'charge_posted_late'
      else 'adjusted_later'
    end as cause,
    l.amount
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.affects_production
    and l.posting_date <= r.as_of
    and (l.service_date > r.as_of or date_trunc('month', l.posting_date) <> date_trunc('month', l.service_date))
)
select practice_id, txn_id, 'posting' as side, posted as month, location_id, cause, -amount as value
from moved
union all
select practice_id, txn_id, 'service', served, location_id, cause, amount
from moved
where cause <> 'service_ahead'
