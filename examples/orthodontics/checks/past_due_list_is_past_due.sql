/* archwire
description: A location whose list of accounts past due does not add up to its past_due of the business date, by payer kind and age.
*/
with listed as (
  select practice_id, location_id, payer_kind, 'due today' as ageing, due_today as amount from receivables.past_due_list
  union all
  select practice_id, location_id, payer_kind, '1-30', days_1_30 from receivables.past_due_list
  union all
  select practice_id, location_id, payer_kind, '31-60', days_31_60 from receivables.past_due_list
  union all
  select practice_id, location_id, payer_kind, '61-90', days_61_90 from receivables.past_due_list
  union all
  select practice_id, location_id, payer_kind, '91-120', days_91_120 from receivables.past_due_list
  union all
  select practice_id, location_id, payer_kind, '121-180', days_121_180 from receivables.past_due_list
  union all
  select practice_id, location_id, payer_kind, 'over 180', days_over_180 from receivables.past_due_list
  union all
  select s.practice_id, s.location_id, s.payer_kind, s.ageing, -s.past_due
  from receivables.past_due s
  join archwire.run r on r.as_of = s.as_of
)
select practice_id, location_id, payer_kind, ageing
from listed
group by practice_id, location_id, payer_kind, ageing
having sum(amount) <> 0
