/* archwire
description: From contract receivables to what the ledger has on patients' accounts, which is what a system without insurance accounts shows, at every month end and on the business date.
key: [practice_id, month, location_id, cause]
tenant: practice_id
*/
with postings as (
  select practice_id, location_id, as_of, sum(amount) as change
  from reconcile.postings
  where payer_kind = 'responsible_party'
  group by practice_id, location_id, as_of
),
dense as (
  select s.practice_id, s.location_id, s.as_of, coalesce(p.change, 0) as change
  from (select distinct practice_id, location_id, as_of from receivables.receivables) s
  left join postings p on p.practice_id = s.practice_id and p.location_id = s.location_id and p.as_of = s.as_of
),
balances as (
  select
    practice_id,
    location_id,
    as_of,
    sum(change) over (partition by practice_id, location_id order by as_of rows unbounded preceding) as balance
  from dense
),
items as (
  select practice_id, as_of, location_id, 'from' as cause, receivables as value
  from receivables.receivables
  union all
  select practice_id, as_of, location_id, 'insurance', -receivables
  from receivables.receivables
  where payer_kind = 'insurance'
  union all
  select practice_id, as_of, location_id, 'credits', credits
  from receivables.receivables
  where payer_kind = 'responsible_party'
  union all
  select practice_id, as_of, location_id, 'to', balance
  from balances
)
select
  practice_id,
  date_trunc('month', as_of)::date as month,
  location_id,
  cause,
  cast(sum(value) as decimal(18, 2)) as value
from items
group by practice_id, date_trunc('month', as_of)::date, location_id, cause
