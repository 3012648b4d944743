/* archwire
description: From gross to net collections, by the type of what was taken back. A system that adds it, by the sign of the ledger, is off by twice as much.
key: [practice_id, month, location_id, cause]
tenant: practice_id
*/
with classed as (
  select
    l.practice_id,
    date_trunc('month', l.posting_date)::date as month,
    l.location_id,
    case
      when l.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt') then 'not_counted'
      when l.txn_type = 'refund' then 'refunds'
      when l.txn_type = 'nsf_return' then 'returned'
      when l.txn_type = 'chargeback' then 'charged_back'
      when l.txn_type = 'payment_correction' then 'corrected'
      else 'other'
    end as cause,
    case when l.affects_collections then -l.amount else l.amount end as value
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.posting_date <= r.as_of
    and l.affects_collections <> (l.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt'))
)
select practice_id, month, location_id, cause, cast(sum(value) as decimal(18, 2)) as value
from classed
group by practice_id, month, location_id, cause
