select practice_id, service_date as day, location_id, provider_id, amount as numerator
from rcm.ledger_transaction
where affects_production and txn_type in ('contract_fee', 'misc_charge')
    and posting_date <= $1::date and service_date <= $1::date
