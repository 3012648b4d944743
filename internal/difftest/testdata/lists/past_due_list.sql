-- The accounts that have a live line due by then with something unpaid.
select a.account_id, a.patient_id, c.location_id, c.provider_id, a.payer_kind, coalesce(a.payer_id, 0) as payer_id,
    (select sum(t.amount) from rcm.ledger_transaction t where t.account_id = a.account_id and t.posting_date <= $1::date) as balance,
    sum(l.unpaid) as past_due,
    min(l.due_date) as oldest_due_on,
    ageing($1::date - min(l.due_date)) as oldest_ageing,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = 'due today'), 0) as due_today,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = '1-30'), 0) as days_1_30,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = '31-60'), 0) as days_31_60,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = '61-90'), 0) as days_61_90,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = '91-120'), 0) as days_91_120,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = '121-180'), 0) as days_121_180,
    coalesce(sum(l.unpaid) filter (where ageing($1::date - l.due_date) = 'over 180'), 0) as days_over_180,
    exists (select from rcm.payment_profile p where p.account_id = a.account_id and p.active_to is null) as autopay,
    (select max(t.posting_date) from rcm.ledger_transaction t
     where t.account_id = a.account_id and t.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt')
         and not exists (select from rcm.ledger_transaction b where b.reverses_id = t.txn_id)) as last_payment_on,
    h.first_name as responsible_first_name, h.last_name as responsible_last_name, h.phone as responsible_phone
from live_lines($1::date) l
join rcm.contract_account a on a.account_id = l.account_id
join rcm.contract c on c.contract_id = a.contract_id
left join rcm.responsible_party g on g.responsible_party_id = a.responsible_party_id
left join pms.person h on h.person_id = g.person_id
where l.due_date <= $1::date and l.unpaid > 0 and a.practice_id = :practice
group by a.account_id, c.contract_id, h.person_id
order by a.account_id
