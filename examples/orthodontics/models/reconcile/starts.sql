/* archwire
description: From starts to contracts entered, per treatment that only one of the two counts, or that they count in different months or at different locations.
key: [practice_id, treatment_id, side]
tenant: practice_id
*/
with starts as (
  select practice_id, treatment_id, location_id, start_date, date_trunc('month', start_date)::date as month
  from base.treatments
  where start_date is not null
),
entered as (
  select practice_id, treatment_id, location_id, date_trunc('month', entered_on)::date as month
  from finance.contracts_entered
),
contracts as (
  select practice_id, treatment_id, max(case when superseded_by is null and gross_fee > 0 then 1 else 0 end) as with_fee
  from rcm.contract
  group by practice_id, treatment_id
),
pairs as (
  select
    s.practice_id,
    s.treatment_id,
    s.month as started,
    s.location_id as started_at,
    e.month as entered,
    e.location_id as entered_at,
    case
      when e.month > s.month then 'entered_later'
      when e.month < s.month then 'entered_earlier'
      when e.location_id <> s.location_id then 'other_location'
      when e.month is not null then 'none'
      when c.with_fee = 1 then 'not_in_force'
      when c.with_fee = 0 then 'no_fee'
      when s.start_date < p.go_live_date then 'before_go_live'
      else 'no_contract'
    end as cause
  from starts s
  join rcm.practice p on p.practice_id = s.practice_id
  left join entered e on e.practice_id = s.practice_id and e.treatment_id = s.treatment_id
  left join contracts c on c.practice_id = s.practice_id and c.treatment_id = s.treatment_id
)
select practice_id, treatment_id, 'start' as side, started as month, started_at as location_id, cause, -1 as value
from pairs
where cause <> 'none'
union all
select practice_id, treatment_id, 'contract', entered, entered_at, cause, 1
from pairs
where cause in ('entered_later', 'entered_earlier', 'other_location')
union all
select
  e.practice_id,
  e.treatment_id,
  'contract',
  e.month,
  e.location_id,
  case when t.treatment_id is null then 'treatment_missing' else 'not_started' end,
  1
from entered e
left join starts s on s.practice_id = e.practice_id and s.treatment_id = e.treatment_id
left join pms.treatment t on t.practice_id = e.practice_id and t.treatment_id = e.treatment_id
where s.treatment_id is null
