/* archwire
description: Patients in retention, and what those among them owe who owe anything, per location at every month end and on the business date. A credit on one account takes nothing off another.
key: [practice_id, as_of, location_id]
tenant: practice_id
*/
with retention as (
  select distinct d.practice_id, d.as_of, s.patient_id
  from pms.status_history s
  join base.snapshot_dates d
    on d.practice_id = s.practice_id
    and d.as_of >= s.from_date
    and (s.to_date is null or d.as_of < s.to_date)
  where s.status = 'retention'
),
days as (
  select practice_id, account_id, posting_date, sum(amount) as change
  from rcm.ledger_transaction
  group by practice_id, account_id, posting_date
),
steps as (
  select
    practice_id,
    account_id,
    posting_date,
    lead(posting_date) over (partition by practice_id, account_id order by posting_date) as next_on,
    sum(change) over (partition by practice_id, account_id order by posting_date rows unbounded preceding) as balance
  from days
),
owed as (
  select t.practice_id, t.as_of, t.patient_id, sum(b.balance) as balance
  from retention t
  join rcm.contract_account a on a.practice_id = t.practice_id and a.patient_id = t.patient_id
  join steps b
    on b.practice_id = a.practice_id
    and b.account_id = a.account_id
    and b.posting_date <= t.as_of
    and (b.next_on is null or b.next_on > t.as_of)
  where b.balance > 0
  group by t.practice_id, t.as_of, t.patient_id
),
counts as (
  select
    t.practice_id,
    t.as_of,
    p.location_id,
    1 as patients,
    case when o.balance > 0 then 1 else 0 end as with_balance,
    coalesce(o.balance, 0) as balance
  from retention t
  join pms.patient p on p.practice_id = t.practice_id and p.patient_id = t.patient_id
  left join owed o on o.practice_id = t.practice_id and o.as_of = t.as_of and o.patient_id = t.patient_id
  union all
  -- A row for each location on every date, so that the newest date is the
  -- newest for all of them.
  select l.practice_id, d.as_of, l.location_id, 0, 0, 0
  from rcm.location l
  join base.snapshot_dates d on d.practice_id = l.practice_id
)
select
  practice_id,
  as_of,
  location_id,
  cast(sum(patients) as bigint) as retention_patients,
  cast(sum(with_balance) as bigint) as patients_with_balance,
  cast(sum(balance) as decimal(18, 2)) as balance
from counts
group by practice_id, as_of, location_id
