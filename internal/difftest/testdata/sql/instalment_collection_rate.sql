select i.practice_id, i.due_date as day, c.location_id, a.payer_kind::text,
    coalesce((select sum(p.amount) from rcm.allocation p
              where p.instalment_id = i.instalment_id and p.posted_on <= $1::date
                  and p.txn_id in (select t.txn_id from rcm.ledger_transaction t where t.affects_collections)), 0) as numerator,
    i.amount as denominator
from rcm.instalment i
left join rcm.contract_account a on a.account_id = i.account_id
left join rcm.contract c on c.contract_id = a.contract_id
where i.kind <> 'misc' and i.due_date <= $1::date
    and i.scheduled_on <= i.due_date and (i.ended_on is null or i.ended_on > i.due_date)
