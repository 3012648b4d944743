/* archwire
description: A location whose receivables and credits on the business date are not the sum of its accounts - the snapshots, which cumulate changes, have lost one.
*/
with accounts as (
  select
    practice_id,
    location_id,
    payer_kind,
    sum(case when balance > 0 then balance else 0 end) as receivables,
    sum(case when balance < 0 then balance else 0 end) as credits,
    sum(not_yet_due) as not_yet_due,
    sum(past_due) as past_due
  from receivables.accounts
  group by practice_id, location_id, payer_kind
),
snapshots as (
  select s.practice_id, s.location_id, s.payer_kind, s.receivables, s.credits, s.not_yet_due, s.past_due
  from receivables.receivables s
  join archwire.run r on r.as_of = s.as_of
)
select a.practice_id, a.location_id, a.payer_kind
from accounts a
left join snapshots s on s.practice_id = a.practice_id and s.location_id = a.location_id and s.payer_kind = a.payer_kind
where s.practice_id is null
  or s.receivables <> a.receivables
  or s.credits <> a.credits
  or s.not_yet_due <> a.not_yet_due
  or s.past_due <> a.past_due
