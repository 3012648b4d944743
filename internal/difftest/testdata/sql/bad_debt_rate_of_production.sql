select a.practice_id,
    (select min(f.posting_date) from rcm.ledger_transaction f
     where f.account_id = a.account_id and f.txn_type = 'contract_fee') as day,
    c.location_id, a.payer_kind::text,
    case when t.txn_type = 'bad_debt_write_off' then -t.amount else 0 end as numerator,
    case when t.affects_production then t.amount else 0 end as denominator
from rcm.contract_account a
join rcm.contract c on c.contract_id = a.contract_id
join rcm.ledger_transaction t on t.account_id = a.account_id
where t.posting_date <= $1::date
    and exists (select from rcm.ledger_transaction f
                where f.account_id = a.account_id and f.txn_type = 'contract_fee' and f.posting_date <= $1::date)
