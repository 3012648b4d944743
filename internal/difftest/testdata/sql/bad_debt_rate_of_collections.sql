select t.practice_id, t.posting_date as day, t.location_id, a.payer_kind::text,
    case when t.txn_type = 'bad_debt_write_off' then -t.amount else 0 end as numerator,
    case when t.affects_collections then -t.amount else 0 end as denominator
from rcm.ledger_transaction t
join rcm.contract_account a on a.account_id = t.account_id
where t.posting_date <= $1::date
