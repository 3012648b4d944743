/* archwire
description: Accounts of responsible parties per location at every month end and on the business date - how many are open, late or paid automatically, and what they owe. Financed are those whose contract the practice lets pay in instalments.
key: [practice_id, as_of, location_id]
tenant: practice_id
*/
with states as (
  select
    e.practice_id,
    e.account_id,
    a.location_id,
    e.as_of,
    case when c.payment_arrangement = 'in_house' then 1 else 0 end as financed,
    sum(e.balance) over (partition by e.practice_id, e.account_id order by e.as_of rows unbounded preceding) as balance,
    sum(e.opened) over (partition by e.practice_id, e.account_id order by e.as_of rows unbounded preceding) as opened,
    sum(e.profiles) over (partition by e.practice_id, e.account_id order by e.as_of rows unbounded preceding) as profiles,
    sum(e.due) over (partition by e.practice_id, e.account_id order by e.as_of rows unbounded preceding) as due,
    sum(e.over_30) over (partition by e.practice_id, e.account_id order by e.as_of rows unbounded preceding) as over_30,
    sum(e.over_90) over (partition by e.practice_id, e.account_id order by e.as_of rows unbounded preceding) as over_90
  from receivables.account_events e
  join base.accounts a on a.practice_id = e.practice_id and a.account_id = e.account_id
  join rcm.contract c on c.practice_id = a.practice_id and c.contract_id = a.contract_id
),
counted as (
  select
    practice_id,
    account_id,
    location_id,
    as_of,
    case when financed = 1 and opened > 0 then 1 else 0 end as financed,
    case when financed = 1 and opened > 0 and profiles > 0 then 1 else 0 end as financed_with_profile,
    case when financed = 1 and due > 0 then 1 else 0 end as ever_due,
    case when financed = 1 and opened > 0 and due > 0 then 1 else 0 end as open_due,
    case when financed = 1 and over_30 > 0 then 1 else 0 end as over_30,
    case when financed = 1 and over_90 > 0 then 1 else 0 end as over_90,
    case when financed = 1 and opened > 0 and over_30 > 0 then 1 else 0 end as open_over_30,
    greatest(balance, 0) as receivables,
    case when profiles > 0 then 0 else greatest(balance, 0) end as without_profile
  from states
),
-- An account counts at a date as what it is there, less what it counted before.
changes as (
  select practice_id, location_id, as_of, financed, financed_with_profile, ever_due, open_due, over_30, over_90, open_over_30, receivables, without_profile
  from counted
  union all
  select practice_id, location_id, next_as_of, -financed, -financed_with_profile, -ever_due, -open_due, -over_30, -over_90, -open_over_30, -receivables, -without_profile
  from (
    select c.*, lead(as_of) over (partition by practice_id, account_id order by as_of) as next_as_of
    from counted c
  ) n
  where next_as_of is not null
  union all
  select l.practice_id, l.location_id, d.as_of, 0, 0, 0, 0, 0, 0, 0, 0, 0
  from rcm.location l
  join base.snapshot_dates d on d.practice_id = l.practice_id
),
sums as (
  select
    practice_id,
    location_id,
    as_of,
    sum(financed) as financed,
    sum(financed_with_profile) as financed_with_profile,
    sum(ever_due) as ever_due,
    sum(open_due) as open_due,
    sum(over_30) as over_30,
    sum(over_90) as over_90,
    sum(open_over_30) as open_over_30,
    sum(receivables) as receivables,
    sum(without_profile) as without_profile
  from changes
  group by practice_id, location_id, as_of
)
select
  practice_id,
  as_of,
  location_id,
  cast(sum(financed) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as financed_accounts,
  cast(sum(financed_with_profile) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as financed_with_profile,
  cast(sum(ever_due) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as ever_due_accounts,
  cast(sum(open_due) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as open_due_accounts,
  cast(sum(over_30) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as over_30_accounts,
  cast(sum(over_90) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as over_90_accounts,
  cast(sum(open_over_30) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as bigint) as open_over_30_accounts,
  cast(sum(receivables) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as decimal(18, 2)) as receivables,
  cast(sum(without_profile) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as decimal(18, 2)) as without_profile
from sums
