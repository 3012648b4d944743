select i.practice_id, i.due_date as day, c.location_id, a.payer_kind::text,
    coalesce((select sum(p.amount)
              from rcm.allocation p
              left join rcm.ledger_transaction t on t.txn_id = p.txn_id
              left join rcm.ledger_transaction o on o.txn_id = t.reverses_id
              where p.instalment_id = i.instalment_id and p.posted_on <= $1::date and coalesce(t.affects_collections, false)
                  and coalesce(o.posting_date, p.posted_on) - i.due_date <= k.grace_days), 0) as numerator,
    i.amount as denominator
from rcm.instalment i
join rcm.practice k on k.practice_id = i.practice_id
left join rcm.contract_account a on a.account_id = i.account_id
left join rcm.contract c on c.contract_id = a.contract_id
where i.kind <> 'misc' and $1::date - i.due_date >= k.grace_days
    and i.scheduled_on <= i.due_date and (i.ended_on is null or i.ended_on > i.due_date)
