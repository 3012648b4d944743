select practice_id, posting_date as day, location_id, provider_id,
    case when affects_collections then -amount else 0 end as numerator,
    case when affects_production then amount else 0 end as denominator
from rcm.ledger_transaction
where (affects_collections or affects_production) and posting_date <= $1::date
