/* archwire
description: Production, collections and bad debt per posting date, location, provider and payer kind.
key: [practice_id, posting_date, location_id, provider_id, payer_kind]
tenant: practice_id
*/
select
  l.practice_id,
  l.posting_date,
  l.location_id,
  l.provider_id,
  a.payer_kind,
  cast(sum(case when l.affects_production and l.txn_type in ('contract_fee', 'misc_charge') then l.amount else 0 end) as decimal(18, 2)) as gross_production,
  cast(sum(case when l.affects_production and l.txn_type not in ('contract_fee', 'misc_charge') then l.amount else 0 end) as decimal(18, 2)) as production_adjustments,
  cast(sum(case when l.affects_production then l.amount else 0 end) as decimal(18, 2)) as net_production,
  cast(sum(case when l.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt') then -l.amount else 0 end) as decimal(18, 2)) as gross_collections,
  cast(sum(case when l.affects_collections then -l.amount else 0 end) as decimal(18, 2)) as net_collections,
  cast(sum(case when l.txn_type = 'bad_debt_write_off' then -l.amount else 0 end) as decimal(18, 2)) as bad_debt
from rcm.ledger_transaction l
join rcm.contract_account a on a.practice_id = l.practice_id and a.account_id = l.account_id
cross join archwire.run r
where l.posting_date <= r.as_of
  and (l.affects_production or l.affects_collections or l.txn_type in ('patient_payment', 'insurance_payment', 'agency_receipt', 'bad_debt_write_off'))
group by l.practice_id, l.posting_date, l.location_id, l.provider_id, a.payer_kind
