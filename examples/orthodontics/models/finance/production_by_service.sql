/* archwire
description: Production per service date, location, provider and payer kind - the same transactions as by posting date, on the day of what they were charged for. Not there before both days have come.
key: [practice_id, service_date, location_id, provider_id, payer_kind]
tenant: practice_id
*/
select
  l.practice_id,
  l.service_date,
  l.location_id,
  l.provider_id,
  a.payer_kind,
  cast(sum(case when l.txn_type in ('contract_fee', 'misc_charge') then l.amount else 0 end) as decimal(18, 2)) as gross_production,
  cast(sum(case when l.txn_type not in ('contract_fee', 'misc_charge') then l.amount else 0 end) as decimal(18, 2)) as production_adjustments,
  cast(sum(l.amount) as decimal(18, 2)) as net_production
from rcm.ledger_transaction l
join rcm.contract_account a on a.practice_id = l.practice_id and a.account_id = l.account_id
cross join archwire.run r
where l.affects_production
  and l.posting_date <= r.as_of
  and l.service_date <= r.as_of
group by l.practice_id, l.service_date, l.location_id, l.provider_id, a.payer_kind
