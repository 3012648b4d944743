select practice_id, posting_date as day, location_id, provider_id,
    case txn_type when 'discount' then 'discount'
                  when 'contractual_write_off' then 'contractual'
                  when 'fee_adjustment' then 'fee_change'
                  else 'other' end as adjustment_class,
    amount as numerator
from rcm.ledger_transaction
where affects_production and txn_type not in ('contract_fee', 'misc_charge') and posting_date <= $1::date
