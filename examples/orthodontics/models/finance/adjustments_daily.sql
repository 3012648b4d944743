/* archwire
description: Production adjustments per posting date, location, provider and class.
key: [practice_id, posting_date, location_id, provider_id, adjustment_class]
tenant: practice_id
*/
with adjustments as (
  select
    l.practice_id,
    l.posting_date,
    l.location_id,
    l.provider_id,
    case l.txn_type
      when 'discount' then 'discount'
      when 'contractual_write_off' then 'contractual'
      when 'fee_adjustment' then 'fee_change'
      else 'other'
    end as adjustment_class,
    l.amount
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.affects_production
    and l.txn_type not in ('contract_fee', 'misc_charge')
    and l.posting_date <= r.as_of
)
select
  practice_id,
  posting_date,
  location_id,
  provider_id,
  adjustment_class,
  cast(sum(amount) as decimal(18, 2)) as production_adjustments
from adjustments
group by practice_id, posting_date, location_id, provider_id, adjustment_class
