/* archwire
description: By how much the positive balances of accounts, and the negative ones, change from one snapshot date to the next. Cumulated over the snapshot dates they are the balances at each of them.
key: [practice_id, location_id, payer_kind, as_of]
tenant: practice_id
*/
with postings as (
  select
    l.practice_id,
    l.account_id,
    least(last_day(l.posting_date), r.as_of) as as_of,
    sum(l.amount) as change
  from rcm.ledger_transaction l
  cross join archwire.run r
  where l.posting_date <= r.as_of
  group by l.practice_id, l.account_id, least(last_day(l.posting_date), r.as_of)
),
balances as (
  select
    practice_id,
    account_id,
    as_of,
    change,
    sum(change) over (partition by practice_id, account_id order by as_of rows unbounded preceding) as balance
  from postings
)
select
  b.practice_id,
  a.location_id,
  a.payer_kind,
  b.as_of,
  cast(sum(greatest(b.balance, 0) - greatest(b.balance - b.change, 0)) as decimal(18, 2)) as receivables_change,
  cast(sum(least(b.balance, 0) - least(b.balance - b.change, 0)) as decimal(18, 2)) as credits_change
from balances b
join base.accounts a on a.practice_id = b.practice_id and a.account_id = b.account_id
group by b.practice_id, a.location_id, a.payer_kind, b.as_of
