/* archwire
description: What raised and lowered the balances of accounts in each month, by what it was. A month ends with its last day, or on the business date.
key: [practice_id, location_id, payer_kind, as_of, cause]
tenant: practice_id
*/
with classed as (
  select
    l.practice_id,
    a.location_id,
    a.payer_kind,
    least(last_day(l.posting_date), r.as_of) as as_of,
    case
      when l.txn_type = 'contract_fee' then 'fees'
      when l.txn_type = 'misc_charge' then 'charges'
      when l.txn_type = 'fee_adjustment' then 'fee_changes'
      when l.txn_type = 'discount' then 'discounts'
      when l.txn_type = 'contractual_write_off' then 'insurance_write_offs'
      when l.txn_type = 'bad_debt_write_off' then 'bad_debt'
      when l.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt') then 'payments'
      when l.txn_type in ('refund', 'nsf_return', 'chargeback', 'payment_correction') then 'taken_back'
      when l.txn_type = 'balance_forward' then 'brought_along'
      else 'moved'
    end as cause,
    l.amount
  from rcm.ledger_transaction l
  join base.accounts a on a.practice_id = l.practice_id and a.account_id = l.account_id
  cross join archwire.run r
  where l.posting_date <= r.as_of
)
select practice_id, location_id, payer_kind, as_of, cause, cast(sum(amount) as decimal(18, 2)) as amount
from classed
group by practice_id, location_id, payer_kind, as_of, cause
