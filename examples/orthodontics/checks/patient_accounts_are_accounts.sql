/* archwire
description: A location whose responsible parties' accounts on the business date are not those one finds there - the snapshots, which cumulate changes, have lost one.
*/
with found as (
  select
    a.practice_id,
    a.location_id,
    sum(case when a.balance > 0 then a.balance else 0 end) as receivables,
    sum(case when a.balance > 0 and not a.has_profile then a.balance else 0 end) as without_profile,
    sum(case when c.payment_arrangement = 'in_house' and a.days_past_due > 30 then 1 else 0 end) as over_30,
    sum(case when c.payment_arrangement = 'in_house' and a.days_past_due > 90 then 1 else 0 end) as over_90
  from receivables.accounts a
  join rcm.contract c on c.practice_id = a.practice_id and c.contract_id = a.contract_id
  where a.payer_kind = 'responsible_party'
  group by a.practice_id, a.location_id
)
select s.practice_id, s.location_id
from receivables.patient_accounts s
join archwire.run r on r.as_of = s.as_of
left join found f on f.practice_id = s.practice_id and f.location_id = s.location_id
where s.receivables <> coalesce(f.receivables, 0)
  or s.without_profile <> coalesce(f.without_profile, 0)
  or s.over_30_accounts <> coalesce(f.over_30, 0)
  or s.over_90_accounts <> coalesce(f.over_90, 0)
