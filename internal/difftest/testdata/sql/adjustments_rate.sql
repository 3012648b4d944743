select practice_id, posting_date as day, location_id, provider_id,
    case when txn_type in ('contract_fee', 'misc_charge') then 0 else -amount end as numerator,
    case when txn_type in ('contract_fee', 'misc_charge') then amount else 0 end as denominator
from rcm.ledger_transaction
where affects_production and posting_date <= $1::date
