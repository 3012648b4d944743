select t.practice_id, t.posting_date as day, t.location_id, t.provider_id, a.payer_kind::text, -t.amount as numerator
from rcm.ledger_transaction t
left join rcm.contract_account a on a.account_id = t.account_id
where t.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt') and t.posting_date <= $1::date
